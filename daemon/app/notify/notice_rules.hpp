// When somebody is told of what a daemon is in: once when it begins and once when it is over, and
// not again and again where it comes and goes. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

// What holds now, and somebody should know.
struct condition {
    std::string kind; // park, hold, unreachable, old, disk
    std::string code; // which of them, as `explain` takes it: unauthorized, outcomes, ...
    std::string words;
    milliseconds grace{0}; // what is over within it is told to nobody
};

struct notice {
    enum class phase : std::uint8_t {
        begun, // the condition holds
        over,  // it does not hold any more
        count, // so many have come since the notice before: no condition, and never over
    };
    std::string kind, code;
    phase is = phase::begun;
    std::string words; // of a condition that is over: those of its begin
    bool operator==(const notice&) const = default;
};
std::string_view to_string(notice::phase phase);

class notice_rules {
public:
    // `least_pause`: between two begins of the same condition, and two counts of the same kind.
    explicit notice_rules(milliseconds least_pause) : least_pause_(least_pause) {}

    // `holding`: all that holds. One that comes again too soon is told when the pause is over, if
    // it holds then.
    std::vector<notice> look(const std::vector<condition>& holding, boot_time now);
    // `total`: how many there are. The first call, and one with less, only say where to begin.
    std::optional<notice> look(const std::string& kind, std::uint64_t total, boot_time now);

private:
    struct known {
        std::optional<boot_time> holds_since; // nothing: it does not hold
        std::optional<boot_time> begun_at;    // told last
        bool is_told = false;                 // that it began, and not yet that it is over
        std::string words;
    };
    std::vector<notice> those_over(const std::vector<condition>& holding);
    struct counted {
        std::uint64_t told = 0;
        std::optional<boot_time> told_at;
    };
    bool is_paused(const std::optional<boot_time>& told_at, boot_time now) const {
        return told_at && now - *told_at < least_pause_;
    }

    const milliseconds least_pause_;
    // By kind and code: as many as there are words for them.
    std::map<std::pair<std::string, std::string>, known> conditions_;
    std::map<std::string, counted> counts_;
};

} // namespace hubspool
