#include "cli/check/writer_check.hpp"

#include "app/stop_signals.hpp"
#include "base/clocks.hpp"
#include "spool/arrivals/file_clock.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hubspool {

result<seen_writing>
watch_producer(producer_watch& watch, left_alone_names left_alone, milliseconds patience,
               const stop_signals& signals,
               const std::function<void(const producer_conduct::fault&)>& tell) {
    producer_conduct conduct(std::move(left_alone), file_tick_ns());
    seen_writing seen;
    const boot_time end = boot_now() + patience;
    // What was seen before the stop is told, too.
    for (bool last = false; !last;) {
        const auto left = std::clamp(end - boot_now(), milliseconds(0), milliseconds(3'600'000));
        std::array<pollfd, 2> waited{
            {{watch.descriptor(), POLLIN, 0}, {signals.descriptor(), POLLIN, 0}}};
        ::poll(waited.data(), waited.size(), static_cast<int>(left.count()));
        last = signals.stopped() || boot_now() >= end;
        const auto events = watch.take();
        if (!events) return events.error();
        for (const producer_conduct::event& one : *events) {
            for (const producer_conduct::fault& fault : conduct.take(one)) tell(fault);
        }
    }
    seen.files = conduct.files();
    seen.faulty = conduct.faulty_files();
    seen.unfinished = conduct.unfinished_files();
    seen.is_whole = !watch.has_lost();
    return seen;
}

} // namespace hubspool
