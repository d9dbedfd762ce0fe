// How often the daemon's status is told: when it has changed, and else as often as shows that it is
// moving. Pure; loop thread.
#pragma once

#include "core/words/time.hpp"

#include <string>
#include <utility>

namespace hubspool {

class status_pace {
public:
    // `told_every`: so often what has not changed is told again.
    explicit status_pace(milliseconds told_every) : told_every_(told_every) {}

    // True: it is to be told, and counts as told.
    bool is_due(std::string status, boot_time now) {
        if (status == told_ && now < told_at_ + told_every_) return false;
        told_ = std::move(status);
        told_at_ = now;
        return true;
    }

private:
    milliseconds told_every_;
    std::string told_;
    boot_time told_at_ = {};
};

} // namespace hubspool
