// `check --writer`: watches a producer write for a while, and tells what it does wrong.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/producer_conduct.hpp"
#include "spool/arrivals/producer_watch.hpp"

#include <cstddef>
#include <functional>

namespace hubspool {

class stop_signals;

struct seen_writing {
    std::size_t files = 0;      // that came into new/ and bulk/
    std::size_t faulty = 0;     // of them, by what may lose or spoil something
    std::size_t unfinished = 0; // in tmp/, at the end
    bool is_whole = true;       // else more was written than the kernel tells of
};

// For `patience`, or until a signal. `tell` hears of each fault when it is seen.
result<seen_writing>
watch_producer(producer_watch& watch, left_alone_names left_alone, milliseconds patience,
               const stop_signals& signals,
               const std::function<void(const producer_conduct::fault&)>& tell);

} // namespace hubspool
