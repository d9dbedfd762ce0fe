// The table letter_line: which records' values the open dead letters hold. Whatever carries one of
// these records once more, and gets its fate, settles the line; with its last line a letter is
// struck. Callers hold the transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"

namespace hubspool {

// Of a letter whose row is there: a line for each record that a value of it is of.
result<void> insert_letter_lines(database& db, const dead_letter& letter);

// Settles the lines of what the outcome says was sent once more. A letter of which a line died
// again says as which letter it did.
result<void> settle_letter_lines(database& db, const batch_outcome& outcome, wall_time at);

// The letter was put away by other means.
result<void> drop_letter_lines(database& db, std::uint64_t row);

} // namespace hubspool
