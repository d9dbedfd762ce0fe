// What is wrong with a text that is no JSON, in words for the person who wrote its producer. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// The first fault of one JSON value, with the offending word and its column: "NaN at column 73 is
// no JSON value; write null". Columns are characters, counted from 1 where the line begins, in the
// first line where `text` begins. Empty for valid JSON of up to 1,024 levels. Numbers may be of any
// size, and surrogates may stand alone.
std::string json_fault(std::string_view text);

} // namespace hubspool
