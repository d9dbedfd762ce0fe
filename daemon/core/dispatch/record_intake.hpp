// Takes up what is read: records into what is pending, what cannot be decoded as dead letters.
//
// What the run before had settled is left out, and so is what is so old that the ledger may have
// forgotten what is newer; where too many of a file are, they are gathered in a dead letter for
// each block. Pure; loop thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/file_books.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/late_places.hpp"
#include "core/dispatch/ledger_lookups.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/moment.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

namespace hubspool {

class record_intake {
public:
    explicit record_intake(engine_parts& parts) : parts_(parts), lookups_(parts) {}

    // Below it the ledger may have forgotten.
    void raise_horizon(const order_key& to) { horizon_ = std::max(horizon_, to); }
    // Recovery: what the run before settled of this file.
    void restore(std::uint64_t file, settled_set settled);
    // The outcome holds the block's dead letters, if it has any that are new.
    std::optional<batch_outcome> accept(const decoded_block& block, const moment& now);
    void forget(std::uint64_t file) { files_.erase(file); } // read to its end
    // What of it may be late.
    ledger_lookups& lookups() { return lookups_; }

private:
    void merge(const decoded_block& block, const settled_set* settled, boot_time now,
               batch_outcome& outcome);
    void place(object_index index, bool is_new, lane by, boot_time now);

    engine_parts& parts_;
    ledger_lookups lookups_;
    order_key horizon_;
    struct file_known {
        settled_set settled; // before the restart
        late_places late;
    };
    std::map<std::uint64_t, file_known> files_; // being read; of few is there anything to know
};

} // namespace hubspool
