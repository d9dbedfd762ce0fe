// How often the daemon's status is told: when it has changed, and else as often as shows that it is
// moving. Pure; loop thread.
#pragma once

#include "core/engine/daemon_status.hpp"
#include "core/words/time.hpp"

#include <chrono>
#include <optional>

namespace hubspool {

class status_pace {
public:
    // So often what has not changed is told again.
    static constexpr milliseconds told_every = std::chrono::seconds(5);

    // True: it is to be told, and counts as told.
    bool is_due(const daemon_status& status, boot_time now) {
        if (status == told_ && now < told_at_ + told_every) return false;
        told_ = status;
        told_at_ = now;
        return true;
    }

private:
    std::optional<daemon_status> told_;
    boot_time told_at_ = {};
};

} // namespace hubspool
