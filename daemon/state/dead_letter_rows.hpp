// The table dead_letter. Callers hold the transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"
#include "state/history_filter.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// True: it is new. False: the same key, (state id, position), was there before; nothing is changed.
result<bool> insert_dead_letter(database& db, const dead_letter& letter, wall_time died);

result<std::vector<dead_letter>> load_dead_letter_rows(database& db, const history_filter& filter);

// Where a dead letter's records came from, as the bytes of its row.
std::string encode_origins(const std::vector<dead_letter::origin>& records);
// False when the bytes are damaged.
bool decode_origins(std::string_view coded, std::vector<dead_letter::origin>& records);

} // namespace hubspool
