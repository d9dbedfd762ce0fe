// What HubSpot acknowledged last, per object and field, as far as the history says it: the file
// ledger.db, and in memory what was learnt from the rows behind it.
//
// It takes in committed rows only, in order of their numbers, and merges them by max. It knows of
// which history it is: another queue's, or another portal's, is forgotten; after a lost or old
// database all rows are taken in anew, and what it knew stays, being true. A file that is missing
// or damaged is made anew. None of this is fatal: what cannot be done is a failure, and may be
// tried again. Only the history's own damage (EBADMSG) stays. One thread.
#pragma once

#include "base/result.hpp"
#include "core/words/ledger_entry.hpp"
#include "state/ledger/change_learner.hpp"
#include "state/ledger/history_passes.hpp"
#include "state/ledger/history_rows.hpp"
#include "state/ledger/ledger_file.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

class ledger {
public:
    // Objects that are held in memory, at most; some 200 bytes each.
    static constexpr std::size_t held_max = 200'000;
    // For a second one beside it, which is to be held against it.
    struct kind {
        std::string name = "ledger.db";
        std::uint64_t upto = ~std::uint64_t{0}; // takes in no row above this one
    };

    // `directory`: the state directory. Opens nothing yet. `tell` hears what happens to the file.
    ledger(std::string directory, std::function<void(const std::string&)> tell,
           std::size_t most_held = held_max)
        : ledger(std::move(directory), std::move(tell), most_held, kind{}) {}
    ledger(std::string directory, std::function<void(const std::string&)> tell,
           std::size_t most_held, kind what)
        : directory_(std::move(directory)), tell_(std::move(tell)), most_held_(most_held),
          what_(std::move(what)) {}

    static std::string path_in(const std::string& directory) { return directory + "/ledger.db"; }

    // Takes in up to some ten thousand changes. False: that was all there is. ENOSPC: the disk is
    // full, and what is held in memory cannot be written.
    result<bool> take_in_some();
    // Takes in all that is committed, then looks up: one entry for each id, in order. `portal`:
    // whose history it must be; empty: anybody's. EAGAIN: it is not recorded yet that it is that
    // one's.
    result<ledger_answer> look_up(const std::vector<std::string>& object_ids,
                                  const std::string& portal = {});
    // Writes what is held in memory.
    result<void> flush();
    // Forgets all, and begins with the first row again.
    result<void> empty();

    // Rows that it has not taken in.
    result<std::uint64_t> rows_behind();

private:
    result<std::uint64_t> open();
    result<void> follow(const ledger_mark& history);
    result<void> open_file();
    result<void> begin_anew(const std::string& why);
    bool learn(std::string_view settlement);
    void learn(const change_view& change);
    result<bool> take_in_next(std::uint64_t newest);
    result<bool> take_in_pass();
    void leave_half_to_later_passes();
    void forget_what_is_held();
    result<ledger_entry> entry_of(const std::string& object_id);
    // What fails is opened again, and made anew when it is damaged.
    failure failed(failure why);
    std::string path() const { return directory_ + "/" + what_.name; }

    std::string directory_;
    std::function<void(const std::string&)> tell_;
    std::size_t most_held_;
    kind what_;
    std::optional<history_rows> history_;
    std::optional<ledger_file> file_;
    ledger_mark mark_; // of what is in the file and in memory together
    ledger_file::learnt held_;
    std::optional<history_passes> passes_; // while it has a long way to go
    std::uint64_t pass_at_ = 0;            // the row up to which this pass has come
    change_learner learner_;
};

} // namespace hubspool
