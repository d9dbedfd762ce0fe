#include "app/daemon/status_line.hpp"

#include "base/clocks.hpp"
#include "core/answers/answer_text.hpp"

#include <fmt/core.h>

#include <string_view>

namespace hubspool {

namespace {

constexpr std::size_t words_max = 200;

std::string records(std::uint64_t number) {
    return fmt::format("{} record{}", number, number == 1 ? "" : "s");
}

// "5 records wait"
std::string waiting(const daemon_status& status) {
    const std::uint64_t pending = status.pending.records;
    return fmt::format("{} {}", records(pending), pending == 1 ? "waits" : "wait");
}

// What others said may be anything, of any length.
std::string some_of(const std::string& words) {
    return clean_text(words, words_max);
}

std::string parked(const daemon_status& status) {
    const daemon_status::park& first = status.parks.front();
    return fmt::format("Parked ({}) since {}: {}; {}", to_string(first.reason),
                       iso_time(first.since), some_of(first.words), waiting(status));
}

std::string unreachable(const daemon_status& status) {
    if (!status.failing) return "HubSpot cannot be reached; " + waiting(status);
    return fmt::format("HubSpot cannot be reached since {}: {}; {}",
                       iso_time(status.failing->since), some_of(status.failing->last_failure),
                       waiting(status));
}

std::string at_work(const daemon_status& status) {
    const std::string done =
        status.run.delivered == 0
            ? ""
            : fmt::format("; {} delivered since the start", records(status.run.delivered));
    if (status.pending.records == 0 && status.in_flight == 0) return "Idle: nothing waits" + done;
    if (status.in_flight == 0 && !status.holds.empty())
        return fmt::format("Holding: {}; {}{}", some_of(status.holds.front().reason),
                           waiting(status), done);
    return fmt::format("Delivering: {}{}", waiting(status), done);
}

} // namespace

std::string status_line(const daemon_status& status) {
    // Nothing is sent before that is through, whatever else holds.
    if (status.recovering) return "Recovering: reading what was not settled before the start";
    if (!status.parks.empty()) return parked(status);
    if (status.is_unreachable()) return unreachable(status);
    return at_work(status);
}

} // namespace hubspool
