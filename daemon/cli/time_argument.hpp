// Times on the command line, a part of systemd.time(7).
//
// "2026-11-23 10:00[:30]", "2026-11-23", "10:00", "now", "today", "yesterday", "2h 30min ago",
// "-2h": local time, or UTC with " UTC" or "Z" behind. Also ISO 8601 with a zone, in both forms:
// "2026-11-23T10:00:00.125+01:00", "20261123T090000Z". Times as hubspool prints them are among
// these.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

std::optional<wall_time> parse_time(std::string_view text, wall_time now);

// How long from now until `text`: a span as config/units reads it ("2h"), or a time ahead as above;
// a time of the day alone ("06:00") is its next one. Nothing: neither, or it has passed.
std::optional<milliseconds> parse_deadline(std::string_view text, wall_time now);

// What is wrong with `option`, whose value `text` is no time.
std::string wrong_time(std::string_view option, std::string_view text);

} // namespace hubspool
