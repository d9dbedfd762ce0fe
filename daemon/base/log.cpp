#include "base/log.hpp"

#include "base/clocks.hpp"
#include "base/log_line.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>

namespace hubspool::log {
namespace {

// systemd.exec(5): "device:inode" of the stream to journald, which may since have been redirected.
bool is_journal_on_stderr() {
    const char* stream =
        std::getenv("JOURNAL_STREAM"); // NOLINT(concurrency-mt-unsafe): never set here
    struct stat now{};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &now) != 0) return false;
    return stream == std::to_string(now.st_dev) + ":" + std::to_string(now.st_ino);
}

line_style style_of(format as) {
    if (as == format::json) return line_style::json;
    return is_journal_on_stderr() ? line_style::journal : line_style::text;
}

struct sink {
    std::atomic<level> least{level::info};
    std::atomic<line_style> style{style_of(format::text)};
    spdlog::logger logger{"", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

    sink() {
        // The lines come whole: spdlog adds only the newline, and writes one line at a time.
        logger.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    }
};

// Never destroyed: threads may still write while the process ends.
sink& the_sink() {
    static auto* const only = new sink;
    return *only;
}

} // namespace

void configure(level least, format as) {
    the_sink().least = least;
    the_sink().style = style_of(as);
}

format automatic_format() {
    return is_journal_on_stderr() || ::isatty(STDERR_FILENO) == 1 ? format::text : format::json;
}

void write(level at, std::string_view message, std::initializer_list<field> fields) {
    sink& to = the_sink();
    if (at < to.least) return;
    to.logger.log(spdlog::level::critical,
                  spdlog::string_view_t(format_line(to.style, wall_now(), at, message, fields)));
}

} // namespace hubspool::log
