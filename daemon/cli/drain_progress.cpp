#include "cli/drain_progress.hpp"

#include "cli/hold_text.hpp"
#include "cli/running_daemon.hpp"
#include "core/json_lookup.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace hubspool {

namespace {
constexpr std::chrono::seconds every{1};
constexpr std::size_t bar_width = 30;
} // namespace

drain_progress::drain_progress(const settings& options) : options_(options) {
    if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

drain_progress::~drain_progress() {
    box_.close();
    if (!thread_.joinable()) return;
    thread_.join();
    fmt::print(stderr, "\r\033[K");
}

void drain_progress::run() {
    while (true) {
        box_.wait_closed(every);
        if (box_.closed()) return;
        print();
    }
}

void drain_progress::print() const {
    const auto daemon = find_daemon(options_);
    if (!daemon || daemon->status.empty()) return;
    const std::string& live = daemon->status;
    const auto number = [&](const char* pointer) {
        return json_number_at(live, pointer).value_or(0);
    };
    const std::uint64_t settled =
        number("/run/delivered") + number("/run/superseded") + number("/run/dead_lettered");
    const std::uint64_t pending = number("/pending/records");
    const std::uint64_t known = std::max<std::uint64_t>(settled + pending, 1);
    const std::size_t filled = static_cast<std::size_t>(settled * bar_width / known);
    const auto hold = hold_at(live, 0, wall_now());
    fmt::print(stderr, "\r\033[K[{:#<{}}{:.<{}}] {} of the {} records read so far are settled{}",
               "", filled, "", bar_width - filled, settled, settled + pending,
               hold ? "; held: " + hold->text : "");
    std::fflush(stderr);
}

} // namespace hubspool
