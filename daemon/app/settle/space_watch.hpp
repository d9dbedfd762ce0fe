// Says when the queue's file system has less left than queue.reserve, and when it has enough again.
#pragma once

#include "config/settings.hpp"
#include "core/words/time.hpp"
#include "spool/queue_survey.hpp"

namespace hubspool {

class space_watch {
public:
    // May be called often: looks every ten seconds.
    void look(const queue_survey& queue, const settings& options, boot_time now);

private:
    boot_time next_ = {};
    bool low_ = false;
};

} // namespace hubspool
