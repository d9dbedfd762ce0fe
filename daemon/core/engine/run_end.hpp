// When and how a run ends: a drain by its rule, any run by a signal or a failure. The first reason
// to stop counts, but a failure counts whenever it comes. Pure; loop thread.
#pragma once

#include "core/engine/drain_rule.hpp"

#include <optional>
#include <string>

namespace hubspool {

class run_end {
public:
    // `drain`: how long this one waits; nothing: the run ends by signals and failures alone.
    run_end(std::optional<drain_patience> drain, boot_time started);

    bool is_drain() const { return drain_.has_value(); }
    // Everything that was queued at the start is read; `unclaimed`: a sentence, as in drain_facts.
    void read_everything(std::string unclaimed);
    // Of what these facts say, what reading came to is known here.
    // True: the run begins to stop. False: it goes on, or is stopping already.
    bool look(drain_facts facts, boot_time now);
    bool stop(drain_facts facts, boot_time now); // a signal came
    bool fail(std::string why);

    bool is_stopping() const { return stopping_; }
    // How it ended, `sums` having come of it.
    drain_end conclude(const drain_sums& sums) const;

private:
    bool begin_stop(drain_end end);

    std::optional<drain_rule> drain_;
    drain_facts facts_; // what reading came to
    bool stopping_ = false;
    drain_end end_;
};

} // namespace hubspool
