// The values of a dead letter with their keys, as the bytes of its row. Pure.
#pragma once

#include "core/books/batch_outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

std::string encode_values(const std::vector<dead_letter::value>& values);
// False when the bytes are damaged.
bool decode_values(std::string_view coded, std::vector<dead_letter::value>& values);

} // namespace hubspool
