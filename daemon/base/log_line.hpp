// How one log line looks, in each format. Pure, any thread.
#pragma once

#include "base/line_writer.hpp"
#include "base/log_field.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hubspool::log {

enum class line_style : std::uint8_t {
    text,    // 2026-11-23T22:41:34.120Z info  message key=value key="two words"
    journal, // <6>message key=value: journald has the time and reads the level (sd-daemon(3))
    native,  // the same and each field by itself, as KEY=value, each behind a `record_mark`
    json,    // {"time":"...","level":"info","message":"...","key":1}
};

// Begins each field of a native line; no field holds one.
inline constexpr char record_mark = line_writer::record_mark;

// Longer messages and values are cut, with their length in bytes behind.
inline constexpr std::size_t value_most = 2000;

// One line, without its newline. No byte of it can end it early or steer a terminal, and it is
// UTF-8, whatever the values hold.
std::string format_line(line_style style, wall_time at, level severity, std::string_view message,
                        std::span<const field> fields);

// A native line in the style of `journal`.
std::string line_of_record(std::string_view record);

} // namespace hubspool::log
