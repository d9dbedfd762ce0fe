#include "base/log.hpp"

#include "base/clocks.hpp"
#include "base/journal_socket.hpp"
#include "base/line_writer.hpp"
#include "base/log_line.hpp"

#include <fmt/core.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/sink.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>

namespace hubspool::log {
namespace {

// systemd.exec(5): "device:inode" of the stream to journald, which may since have been redirected.
bool is_journal_on_stderr() {
    const char* stream =
        std::getenv("JOURNAL_STREAM"); // NOLINT(concurrency-mt-unsafe): never set here
    struct stat now{};
    // The stream may have been redirected since, so the descriptor is compared with what systemd
    // named.
    if (stream == nullptr || ::fstat(STDERR_FILENO, &now) != 0) return false;
    return stream == std::to_string(now.st_dev) + ":" + std::to_string(now.st_ino);
}

line_style style_of(format as) {
    if (as == format::json) return line_style::json;
    if (as == format::journald) return line_style::native;
    return is_journal_on_stderr() ? line_style::journal : line_style::text;
}

// One in the place of lines that were dropped.
std::string dropped_line(std::uint64_t lines, int error);

// Where journald cannot be had, its record as a line of text.
std::string give_to_journald(std::string_view record) {
    static const journal_socket journald;
    std::string fields(record.substr(1)); // behind its first mark
    std::replace(fields.begin(), fields.end(), record_mark, '\n');
    return journald.send(fields) == 0 ? std::string() : line_of_record(record) + '\n';
}

// spdlog's own sinks wait for who reads; this one hands whole lines to a thread that may.
class line_sink : public spdlog::sinks::sink {
public:
    void log(const spdlog::details::log_msg& line) override {
        writer.write(std::string_view(line.payload.data(), line.payload.size()));
    }
    void flush() override {}
    void set_pattern(const std::string&) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

    line_writer writer{STDERR_FILENO, dropped_line, give_to_journald};
};

struct sink {
    std::atomic<level> least{level::info};
    std::atomic<line_style> style{style_of(format::text)};
    const std::shared_ptr<line_sink> lines = std::make_shared<line_sink>();
    line_writer& writer = lines->writer;
    spdlog::logger logger{"", lines};
};

// Made at the start, for the handlers of signals, and never destroyed: threads may still write
// while the process ends.
sink& the_sink() {
    static auto* const only = new sink;
    return *only;
}

std::string dropped_line(std::uint64_t lines, int error) {
    const std::string message =
        fmt::format("{} log line{} dropped: {}", lines, lines == 1 ? " was" : "s were",
                    error == 0 ? std::string("nobody read them")
                               : "standard error could not be written: " +
                                     std::generic_category().message(error));
    return format_line(the_sink().style, wall_now(), level::warning, message, {}) + '\n';
}

} // namespace

void configure(level least, format as) {
    the_sink().least = least;
    the_sink().style = style_of(as);
}

void configure_level(level least) {
    the_sink().least = least;
}

bool goes_to_journal() {
    return is_journal_on_stderr();
}

format automatic_format() {
    return is_journal_on_stderr() || ::isatty(STDERR_FILENO) == 1 ? format::text : format::json;
}

void write(level at, std::string_view message, std::initializer_list<field> fields) {
    sink& to = the_sink();
    // Lines below the level cost one comparison.
    if (at < to.least) return;
    line_style style = to.style;
    // journald asks of whose unit a record's process is, and may find it gone: last words are
    // errors, and go to standard error, of which it knows.
    if (style == line_style::native && at == level::error) style = line_style::journal;
    to.logger.log(
        spdlog::level::critical,
        spdlog::string_view_t(format_line(style, wall_now(), at, message, fields) + '\n'));
}

void say(std::string_view lines) {
    the_sink().writer.write(lines);
}

void show_progress(std::string_view status) {
    the_sink().writer.show(status);
}

bool flush() {
    constexpr milliseconds standing_still_max{2000};
    return the_sink().writer.flush(standing_still_max);
}

void flush_in_signal_handler() {
    the_sink().writer.flush_in_signal_handler();
}

} // namespace hubspool::log
