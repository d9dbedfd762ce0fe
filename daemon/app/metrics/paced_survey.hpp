// Looks into queue and state, but no more often than it is worth: what a look told holds for a
// while, and a look that took long is not soon taken again. One thread.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <utility>

namespace hubspool {

class paced_survey {
public:
    // `trouble`: what is said, once, before the reason of a look that failed.
    paced_survey(queue_survey_maker look, milliseconds least_pause, std::string trouble)
        : look_(std::move(look)), least_pause_(least_pause), trouble_words_(std::move(trouble)) {}

    // Nothing: they could not be had. Blocks on the disk.
    const std::optional<queue_figures>& figures();

private:
    queue_survey_maker look_; // empty: nobody can look
    const milliseconds least_pause_;
    const std::string trouble_words_;
    std::optional<queue_figures> figures_;
    boot_time next_ = {};
    std::string trouble_; // said
};

} // namespace hubspool
