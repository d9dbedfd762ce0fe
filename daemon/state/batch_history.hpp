// The outcomes of batches as the state has them, for who looks for one of them or for an object's;
// also beside a daemon that commits. Errors as in state/database_file.hpp. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class batch_history {
public:
    static result<batch_history> open(const std::string& directory);

    // Nothing: its row is gone, or it is no batch (0).
    result<std::optional<batch_outcome>> find(std::uint64_t batch);

    // Rows by their numbers, which rise in the order of recording; some may be missing.
    struct rows {
        std::uint64_t first = 1, last = 0;
    };
    // Those that finished since then; the first of them is the lowest of such rows.
    result<rows> recorded(std::optional<wall_time> since);
    // Of the rows first to last, those that settled a change of this object, from old to new.
    result<void> visit_of(std::string_view object_id, rows among,
                          const std::function<void(const batch_outcome&)>& visit);
    // The fates of records in files numbered `from` or above, those that are in the history.
    result<void> visit_settled(std::uint64_t from,
                               const std::function<void(const settled_record&)>& visit);

private:
    explicit batch_history(database db) : db_(std::move(db)) {}

    database db_;
};

} // namespace hubspool
