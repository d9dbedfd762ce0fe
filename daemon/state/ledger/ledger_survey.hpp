// Looking into the ledger, for the commands; also beside a daemon. Changes nothing of it.
#pragma once

#include "base/result.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/order_key.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

struct ledger_view {
    ledger_entry entry;
    order_key horizon;      // below it the history may have forgotten
    std::string portal;     // empty: never proved
    bool has_file = false;  // else all comes from the history
    std::uint64_t rows = 0; // of the history, that were looked through beside the file
};
// What is known of one object: the file, and the rows of the history that it has not taken in.
result<ledger_view> view_ledger(const std::string& directory, const std::string& object_id);

// The same of many objects at once, in the order of their ids: some thousands.
result<std::vector<ledger_entry>> look_into_ledger(const std::string& directory,
                                                   const std::set<std::string>& object_ids);

struct ledger_difference {
    std::string object_id;
    field_key field;
    bool doubt = false;
    order_key in_ledger, in_history; // {}: none
};
struct ledger_comparison {
    std::uint64_t rows = 0;        // of the history that the ledger says it has
    std::uint64_t newest = 0;      // row of the history
    std::uint64_t objects = 0;     // in the ledger
    std::uint64_t differences = 0; // all of them
};
// Holds the file against the history, by a second one that it makes beside it and deletes.
// `differs` hears of the first thousand. ENOENT: there is no ledger yet.
// ESTALE: it is of a history that was there before this one.
result<ledger_comparison>
compare_ledger(const std::string& directory,
               const std::function<void(const ledger_difference&)>& differs);

// Empties the file and takes in all rows. `begins` hears how many. EBUSY: a daemon runs.
result<void> rebuild_ledger(const std::string& directory,
                            const std::function<void(std::uint64_t rows)>& begins);

} // namespace hubspool
