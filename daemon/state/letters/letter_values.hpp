// The values of a dead letter with their keys: as the bytes of its row, and as JSON. Pure.
#pragma once

#include "base/json_writer.hpp"
#include "core/books/batch_outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

std::string encode_values(const std::vector<dead_letter::value>& values);
// False when the bytes are damaged.
bool decode_values(std::string_view coded, std::vector<dead_letter::value>& values);

// The key "values" and its array. By its order a value can be sent once more without becoming
// newer.
void put_values(json_writer& json, const std::vector<dead_letter::value>& values);

} // namespace hubspool
