// What is said of batches, dead letters and parks: no event content above debug, and so neither the
// reasons of dead letters nor HubSpot's words on records, which quote values.
#pragma once

#include "base/log.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/park_row.hpp"
#include "core/sending/park_list.hpp"

#include <vector>

namespace hubspool {

// One line a batch, with the same fields in every format. Called on the state thread: the loop
// thread is the busiest. `clean_at`: the level of a batch that was wholly delivered.
void log_outcome(const batch_outcome& outcome, log::level clean_at = log::level::info);
// Found while reading; the first ones of a block are named.
void log_dead_letters(const batch_outcome& outcome);
// What began and what ended, each with the act that ends it.
void log_parks(const std::vector<park>& before, const std::vector<park>& now);

std::vector<park_row> park_rows(const std::vector<park>& parks, boot_time now, wall_time wall);

} // namespace hubspool
