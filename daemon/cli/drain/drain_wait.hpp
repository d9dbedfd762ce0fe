// `drain` beside a daemon: waits until that one has dealt with what is queued now. Takes no lock.
#pragma once

#include "app/daemon.hpp"
#include "app/stop_signals.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "spool/queue_survey.hpp"
#include "state/state_store.hpp"

#include <map>
#include <memory>
#include <optional>

namespace hubspool {

class drain_wait {
public:
    // Notes what is queued: that, and no more, is waited for.
    static result<drain_wait> begin(const settings& options, std::optional<milliseconds> deadline);

    // How it ended, as run_daemon() tells it; nothing: the daemon has gone, and the queue is free.
    result<std::optional<run_result>> wait(const stop_signals& signals);

private:
    drain_wait(const settings& options, std::optional<milliseconds> deadline,
               std::unique_ptr<queue_survey> queue, std::unique_ptr<state_store> store);

    // What the call found waiting in new/ and bulk/ has a number when it has left these.
    bool all_claimed();
    std::string why_unclaimed();
    result<bool> all_left();
    result<std::optional<std::string>> reason_to_stop();
    result<run_result> sum_up(int exit_code, std::string why);

    const settings* options_;
    std::optional<milliseconds> deadline_;
    std::unique_ptr<queue_survey> queue_;
    std::unique_ptr<state_store> store_;
    boot_time started_;
    wall_time called_;
    hubspool::totals before_;
    std::map<std::uint64_t, file_row> rows_before_;
    std::uint64_t first_ = 0; // lowest number of what is waited for

    std::uint64_t waiting_ = 0;         // in new/ and bulk/ since before the call
    boot_time claiming_until_;          // what is stepped over is not waited for
    std::optional<std::uint64_t> last_; // highest number of what is waited for, once it is known
    std::uint64_t delivered_ = 0;
    boot_time last_delivery_;
};

} // namespace hubspool
