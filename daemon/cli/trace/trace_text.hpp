// A trace for people, and for scripts. Pure but for the zone-less times.
#pragma once

#include "cli/trace/object_trace.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// No line is wider than `width`; nothing: none is cut.
std::string trace_text(const object_trace& trace, std::optional<std::size_t> width);

// An object a line, each with a "type": batch, record, dead_letter; the last is "end", which says
// what was not looked at.
std::string trace_json_lines(const object_trace& trace);

} // namespace hubspool
