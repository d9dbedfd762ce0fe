// The tables meta, park and wish. Callers hold the transaction.
#pragma once

#include "core/books/commit_unit.hpp"
#include "core/books/meta.hpp"
#include "core/books/park_row.hpp"
#include "core/words/operator_request.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <vector>

namespace hubspool {

result<meta> load_meta_rows(database& db);

// Adds what `unit` settled to the totals, and raises frontiers, last number and last batch.
// `dead_known`: dead records whose letter was there before, counted then.
result<void> raise_meta(database& db, const commit_unit& unit, std::uint64_t dead_known);
// Epoch, horizon and portal, as `unit` says. After its outcomes have their rows.
result<void> note_history(database& db, const commit_unit& unit);
// Never lowers it; the ordinal counts for nothing.
result<void> raise_horizon(database& db, const order_key& to);
// Those that stand now; others ended now, and stay for reports until they are trimmed.
result<void> replace_parks(database& db, const std::vector<park_row>& parks, wall_time now);
// Drops so many that ended before then. How many.
result<std::uint64_t> trim_parks(database& db, wall_time before, int rows_max);
// To one more, or above `above`.
result<void> raise_commit_number(database& db, std::uint64_t above = 0);

result<void> write_request(database& db, operator_command what);
// What the request makes of the parks. A running daemon comes to the same, and replaces them.
result<void> write_requested_parks(database& db, operator_command what, wall_time now);
result<operator_request> load_request(database& db);

} // namespace hubspool
