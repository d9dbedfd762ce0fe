// JSON text with one spelling per value, so that equal values are equal bytes.
//
// The stand-in escapes on its own and not with the daemon's code, whose mistakes it should notice.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

namespace hubspool::simulator {

// Appends `utf8` as a JSON string with its quotes.
void append_string(std::string& out, std::string_view utf8);
// Appends any value, without white space.
void append_value(std::string& out, simdjson::dom::element value);

} // namespace hubspool::simulator
