// The table dead_letter. Callers hold the transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// True: it is new. False: the same key, (state id, arrival), was there before; nothing is changed.
result<bool> insert_dead_letter(database& db, const dead_letter& letter, wall_time died);

// A row as it is kept.
struct kept_dead_letter {
    std::uint64_t row = 0; // rises with the time of recording
    dead_letter letter;    // without its content once it was dropped
    wall_time died = {};
    std::optional<wall_time> dropped;
};

// From new to old, until `visit` says false. Holds one at a time.
result<void> visit_dead_letter_rows(database& db,
                                    const std::function<bool(const kept_dead_letter&)>& visit);
// Nothing: there is no such row.
result<std::optional<kept_dead_letter>> load_dead_letter_row(database& db, std::uint64_t row);

// Takes the content away and keeps the key, so that the letter does not come again. False: there is
// no such row, or it was dropped before.
result<bool> drop_dead_letter_row(database& db, std::uint64_t row, wall_time now);
// Those that were not dropped. Reads an index, no letter.
result<std::uint64_t> count_open_dead_letters(database& db);
// Deletes up to `rows_max` that were dropped before `before` and whose file is numbered below
// `lowest_cur`: these cannot come again. How many.
result<std::uint64_t> trim_dropped(database& db, wall_time before, std::uint64_t lowest_cur,
                                   int rows_max);

// Where a dead letter's records came from, as the bytes of its row.
std::string encode_origins(const std::vector<dead_letter::origin>& records);
// False when the bytes are damaged.
bool decode_origins(std::string_view coded, std::vector<dead_letter::origin>& records);

} // namespace hubspool
