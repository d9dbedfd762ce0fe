#include "core/engine/run_end.hpp"

#include <utility>

namespace hubspool {

run_end::run_end(std::optional<drain_patience> drain, boot_time started) {
    if (drain) drain_.emplace(*drain, started);
}

void run_end::read_everything(std::string unclaimed) {
    facts_.everything_read = true;
    facts_.unclaimed = std::move(unclaimed);
}

bool run_end::look(drain_facts facts, boot_time now) {
    if (!drain_ || stopping_) return false;
    // What only the intake knows is kept here, so that no caller can forget it.
    facts.everything_read = facts_.everything_read;
    // Books may balance before a file is read to its end.
    facts.everything_settled = facts.everything_settled && facts_.everything_read;
    facts.may_send = facts.may_send || facts_.everything_read;
    facts.unclaimed = facts_.unclaimed;
    const std::optional<drain_end> end = drain_->look(facts, now);
    return end && begin_stop(*end);
}

bool run_end::stop(drain_facts facts, boot_time now) {
    // `run` has nothing to finish: what is queued stays queued.
    if (!drain_) return begin_stop({drain_end::cause::stopped, 0, {}});
    facts.stop_asked = true;
    return look(std::move(facts), now);
}

bool run_end::fail(std::string why) {
    // A failure replaces whatever end there was: it must not be reported as a success.
    end_ = {drain_end::cause::failed, 1, std::move(why)};
    return !std::exchange(stopping_, true);
}

bool run_end::begin_stop(drain_end end) {
    if (std::exchange(stopping_, true)) return false;
    end_ = std::move(end);
    return true;
}

drain_end run_end::conclude(const drain_sums& sums) const {
    return sum_up(end_, sums);
}

} // namespace hubspool
