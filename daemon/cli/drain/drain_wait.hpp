// `drain` beside a daemon: waits until that one has dealt with what is queued now. Takes no lock.
#pragma once

#include "app/run_result.hpp"
#include "app/stop_signals.hpp"
#include "base/result.hpp"
#include "cli/drain/claim_watch.hpp"
#include "cli/drain/settled_since.hpp"
#include "cli/live_daemon.hpp"
#include "config/settings.hpp"
#include "core/engine/drain_rule.hpp"
#include "spool/queue_survey.hpp"
#include "state/history.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hubspool {

class drain_wait {
public:
    // Notes what is queued: that, and no more, is waited for.
    static result<drain_wait> begin(const settings& options, std::optional<milliseconds> deadline);

    // How it ended, as run_daemon() tells it; nothing: the daemon has gone, and the queue is free.
    result<std::optional<run_result>> wait(const stop_signals& signals);

private:
    drain_wait(const settings& options, std::optional<milliseconds> deadline,
               std::unique_ptr<queue_survey> queue, std::unique_ptr<history> store);

    result<bool> all_left();
    std::string why_unclaimed();
    result<void> learn(const std::optional<live_daemon>& daemon);
    result<void> stop_bulk(std::string& words);
    result<run_result> result_of(drain_end end);

    const settings* options_;
    std::unique_ptr<queue_survey> queue_;
    std::unique_ptr<history> store_;
    boot_time started_;
    wall_time called_;

    // What is waited for: the files from the lowest number in cur/ on, and those that the call
    // found in new/ and bulk/, which have numbers when they have left these.
    std::uint64_t first_ = 0;
    std::optional<std::uint64_t> last_; // nothing: not known yet
    claim_watch claims_;

    std::uint64_t requests_before_ = 0;
    rows_by_number rows_before_;
    drain_facts facts_; // as of the last look
    drain_rule rule_;
};

} // namespace hubspool
