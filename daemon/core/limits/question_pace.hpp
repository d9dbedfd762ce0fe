// How fast a command may ask HubSpot beside a daemon, which does not count its requests. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <string_view>

namespace hubspool {

// Of the requests of a window a command takes one in so many. By its settings a daemon leaves as
// many (rate_limit.share).
inline constexpr std::uint64_t asks_one_in = 10;

// How long to wait before the next question. `limit`: the requests in a window that hubspool may
// send. `told_max` and `told_remaining`: X-HubSpot-RateLimit-Max and -Remaining of the last answer;
// where others leave less than that part, a whole window.
milliseconds wait_between_questions(std::uint64_t limit, milliseconds window,
                                    std::string_view told_max, std::string_view told_remaining);

} // namespace hubspool
