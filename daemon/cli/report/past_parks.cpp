#include "cli/report/past_parks.hpp"

#include "cli/printing.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

void past_parks::add(ended_park park) {
    ++count_;
    // Several may stand at a time.
    const wall_time from = std::max({park.since, span_.since, counted_to_});
    const wall_time to = std::min(park.ended, span_.until);
    if (from < to) {
        stood_ += to - from;
        counted_to_ = to;
    }
    longest_.push_back(std::move(park));
    if (longest_.size() <= shown_max) return;
    longest_.erase(std::min_element(longest_.begin(), longest_.end(),
                                    [](const ended_park& a, const ended_park& b) {
                                        return a.ended - a.since < b.ended - b.since;
                                    }));
}

std::string past_parks_text(const past_parks& parks) {
    return fmt::format("{}, in which sending stood for {}", parks.count(),
                       duration_text(parks.stood()));
}

std::string past_park_text(const ended_park& park) {
    constexpr std::size_t words_bytes = 200;
    return fmt::format("{} from {} for {}: {}", to_string(park.reason), shown_time(park.since),
                       duration_text(park.ended - park.since), one_line(park.words, words_bytes));
}

} // namespace hubspool
