// How fast a drain gets on: over about one window of the rate limit, since in a shorter time a
// whole window's requests may go, or none. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace hubspool {

class drain_pace {
public:
    explicit drain_pace(milliseconds window) : window_(window) {}

    // What was sent and settled since the start. Times rise.
    void look(boot_time now, std::uint64_t requests, std::uint64_t records);

    // "18.9 requests/s, 99 % of the limit, 1890 records/s", for a `limit` of requests in a window;
    // empty before a window has passed.
    std::string text(std::optional<std::uint64_t> limit) const;

private:
    struct counted_at {
        boot_time at;
        std::uint64_t requests, records;
    };
    milliseconds window_;
    std::deque<counted_at> looks_; // the first one is the newest that is old enough, if any is
};

} // namespace hubspool
