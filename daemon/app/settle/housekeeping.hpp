// What the state thread does from time to time: makes moves durable, drops old history and old
// days of done/, takes the disk reserve back, and watches the queue's disk. State thread.
#pragma once

#include "app/settle/space_watch.hpp"
#include "config/settings.hpp"
#include "spool/queue_directory.hpp"
#include "state/outcome_store.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace hubspool {

class housekeeping {
public:
    static constexpr milliseconds interval = std::chrono::minutes(10);

    // All must outlive it.
    housekeeping(queue_directory& queue, outcome_store& outcomes, const settings& options)
        : queue_(queue), outcome_store_(outcomes), options_(options) {}

    // May be called often: the first call and then one each interval does it, and asks for
    // `keep_from`: not above any key that is pending; nothing: nothing is. The horizon, if the
    // history was trimmed.
    using asked_key = std::function<std::optional<order_key>()>;
    std::optional<order_key> look(boot_time now, wall_time wall, const asked_key& keep_from);
    boot_time next() const { return next_; }
    // All that is pending was read in this run, so that `keep_from` tells. The next look does it
    // all: a drain is over before the interval is.
    void reading_passed() {
        knows_oldest_ = true;
        next_ = {};
    }

private:
    std::optional<order_key> trim_history(wall_time wall,
                                          const std::optional<order_key>& keep_from);

    queue_directory& queue_;
    outcome_store& outcome_store_;
    const settings& options_;
    space_watch space_;
    boot_time next_ = {};
    bool knows_oldest_ = false; // of what is pending
};

} // namespace hubspool
