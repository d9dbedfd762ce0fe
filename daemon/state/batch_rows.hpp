// The table batch: history of the outcomes, and journal of what they settled. Callers hold the
// transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"
#include "state/history_bounds.hpp"
#include "state/history_filter.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace hubspool {

result<void> insert_batches(database& db, const std::vector<batch_outcome>& outcomes);

result<std::vector<batch_outcome>> load_batch_rows(database& db, const history_filter& filter);
// The newest row of this batch; nothing: there is none (any more).
result<std::optional<batch_outcome>> find_batch_row(database& db, std::uint64_t batch);
// Of the rows numbered `from` to `to`, those whose settlement names this object, from old to new.
// Reads each row, and decodes only these.
result<void> visit_batches_of(database& db, std::string_view object_id, std::uint64_t from,
                              std::uint64_t to,
                              const std::function<void(const batch_outcome&)>& visit);
// The first `rows_max` rows with numbers above `after`, in order.
result<void>
visit_batches_after(database& db, std::uint64_t after, std::size_t rows_max,
                    const std::function<void(std::uint64_t number, batch_outcome)>& visit);
result<void> visit_settled(database& db, std::uint64_t from,
                           const std::function<void(const settled_record&)>& visit);

struct dropped_batches {
    std::uint64_t rows = 0;
    order_key horizon; // above all keys that they acknowledged; {}: they had none
};
// Deletes up to `rows_max` batches of what the bounds let go.
result<dropped_batches> trim_batches(database& db, const history_bounds& bounds, int rows_max);

// When an outcome came; one found while reading carries no time of its own.
wall_time finished_or_now(const batch_outcome& outcome);

} // namespace hubspool
