// The log: one line an event, text or JSON, to standard error, and what else a command says there.
// Hides spdlog.
//
// Nobody waits for who reads it: lines that find no room are dropped with a count (line_writer).
// Secrets and event content never reach it: callers pass neither (content only at debug).
// Any thread.
#pragma once

#include "base/log_field.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace hubspool::log {

enum class format : std::uint8_t {
    text,
    json,
    journald, // each field by its name, to journald itself; errors are text, and all where it is
              // not
};

// Before it is called, messages of level info and above go to standard error as text.
void configure(level least, format as);
void configure_level(level least);
// Standard error is journald's socket.
bool goes_to_journal();
// What `format: auto` means here: journald's socket on standard error, or a terminal: text; else
// json.
format automatic_format();

void write(level at, std::string_view message, std::initializer_list<field> fields = {});

inline void debug(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::debug, m, f);
}
inline void info(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::info, m, f);
}
inline void warning(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::warning, m, f);
}
inline void error(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::error, m, f);
}

// Lines as they are, each with its newline, in order with the log.
void say(std::string_view lines);
// A terminal's last line, below all others, without newline; each replaces the one before, and an
// empty one ends it.
void show_progress(std::string_view status);
// Waits until all is written that was told before, as long as it gets on; false: given up, after
// two seconds in which it did not.
bool flush();
// The same before a crash ends the process: a fifth of a second at most, takes no lock.
void flush_in_signal_handler();

} // namespace hubspool::log
