#include "app/settle/space_watch.hpp"

#include "base/log.hpp"
#include "config/units.hpp"

#include <utility>

namespace hubspool {

namespace {
constexpr milliseconds space_looked_at_every = std::chrono::seconds(10);
} // namespace

void space_watch::look(const queue_survey& queue, const settings& options, boot_time now) {
    // Called with each turn of the thread; statvfs(2) each time would be a waste.
    if (now < next_) return;
    next_ = now + space_looked_at_every;
    const std::uint64_t free = queue.free_bytes();
    const bool low = free < options.queue.reserve_bytes;
    // Only a change is told, not the state.
    if (std::exchange(low_, low) == low) return;
    if (low) {
        log::warning("the queue's file system has less left than queue.reserve: producers will "
                     "soon fail to write; make room, or shorten queue.retention",
                     {{"queue", options.queue.directory},
                      {"free", size_text(free)},
                      {"reserve", size_text(options.queue.reserve_bytes)}});
    } else {
        log::info("the queue's file system has more than queue.reserve left again",
                  {{"free", size_text(free)}});
    }
}

} // namespace hubspool
