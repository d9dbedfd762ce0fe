// The table dead_letter. Callers hold the transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"
#include "state/letters/letter_sums.hpp"

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
    std::optional<wall_time> held; // since when a person has it in hand
    // When it was sent once more, last, and as which file; what became of that is not known yet, or
    // stands below.
    std::optional<wall_time> retried;
    std::string retry_name;
    // When each of its lines had got a fate once more, the last one in this batch; 0: without a
    // request.
    std::optional<wall_time> struck;
    std::uint64_t struck_batch = 0;
    std::optional<arrival> again; // one of them died: as this letter

    bool is_open() const { return !dropped && !struck; }
};

// From new to old, until `visit` says false. Holds one at a time.
result<void> visit_dead_letter_rows(database& db,
                                    const std::function<bool(const kept_dead_letter&)>& visit);
// Nothing: there is no such row.
result<std::optional<kept_dead_letter>> load_dead_letter_row(database& db, std::uint64_t row);

// Takes the content away and keeps the key, so that the letter does not come again. False: there is
// no such row, or it was dropped or struck before.
result<bool> drop_dead_letter_row(database& db, std::uint64_t row, wall_time now);
// `since`: nothing to release it. False: it is so already, or is not open.
result<bool> hold_dead_letter_row(database& db, std::uint64_t row, std::optional<wall_time> since);
// It was put into the queue, as this file. False: it is not open any more.
result<bool> note_dead_letter_retried(database& db, std::uint64_t row, const std::string& name,
                                      wall_time now);
// Reads indexes, no letter.
result<letter_sums> count_dead_letters(database& db);
// Deletes up to `rows_max` that were dropped or struck before `before` and whose file is numbered
// below `lowest_cur`: these cannot come again. How many.
result<std::uint64_t> trim_dropped(database& db, wall_time before, std::uint64_t lowest_cur,
                                   int rows_max);

// Where a dead letter's records came from, as the bytes of its row.
std::string encode_origins(const std::vector<dead_letter::origin>& records);
// False when the bytes are damaged.
bool decode_origins(std::string_view coded, std::vector<dead_letter::origin>& records);

} // namespace hubspool
