// What the rows of the history tell a ledger, for all who read them. One thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/object_keys.hpp"
#include "core/words/ledger_entry.hpp"
#include "state/ledger/field_names.hpp"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

class change_learner {
public:
    // Before the changes of each row: names of another one may stand at the same place in memory.
    void begin_row() { known_names_.clear(); }
    // Whether a change tells anything: what came to HubSpot or died, in rows that have keys.
    static bool tells(const change_view& change);
    // Takes it into what is known of its object. Names its fields in `names`.
    void learn(const change_view& change, field_names& names, object_keys& keys);

private:
    std::uint32_t number_of(const field_view& field, field_names& names);

    std::vector<std::pair<const char*, std::uint32_t>> known_names_; // of the row at hand
};

// As the engine takes it.
ledger_entry to_entry(std::string_view object_id, const object_keys& keys,
                      const field_names& names);

} // namespace hubspool
