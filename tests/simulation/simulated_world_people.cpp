// The parts of the simulated world that people do, and what becomes of it: pause, resume, rest, and
// the end of a drain.
#include "app/settle/outcome_log.hpp"
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool::simulation {

void simulated_world::ask_for(bool paused) {
    asked_ = {paused, asked_.resumes + (paused ? 0 : 1)};
    asked_at_ = now_;
}

void simulated_world::operate() {
    if (now_ < faults_end_ && !asked_.paused && chance(options_.pause_share)) {
        ++report_.pauses;
        ask_for(true);
        resumes_at_ = now_ + milliseconds(random_() % 30000);
    }
    const std::vector<park> parks = engine_->parks();
    const bool is_braked = std::any_of(parks.begin(), parks.end(), [](const park& p) {
        return p.reason == park_reason::suspect_data;
    });
    if (is_braked && report_.requests_at_park == 0) report_.requests_at_park = report_.requests;
    if (is_braked && resumes_at_ == boot_time{}) resumes_at_ = now_ + std::chrono::minutes(5);
    if (resumes_at_ == boot_time{} || now_ < resumes_at_) return;
    if (options_.portal_mended_at_resume) server_.options().all_unknown = false;
    ask_for(false);
    resumes_at_ = {};
}

void simulated_world::act(action::persist_parks& a) {
    state_->tell(parks_changed{park_rows(a.now, now_, wall_now())});
}

void simulated_world::act(action::begin_rest&) {
    ++report_.rests;
    at_rest_with_ = noted_;
}

// As the intake does with each of its scans.
void simulated_world::look_in_rest() {
    if (!at_rest_with_ || *at_rest_with_ == files_of_others{file_token_, asked_}) return;
    at_rest_with_.reset();
    happened(event::others_wrote{});
}

void simulated_world::check_pause() const {
    if (!asked_.paused) return;
    if (must_hold_) throw breach("PAUSE came before the record, and it was sent");
    if (now_ > asked_at_ + std::chrono::seconds(10)) throw breach("PAUSE was not heeded");
}

// A drain is done when all that it could claim is settled, durably, and not otherwise.
void simulated_world::check_ended(const action::finished& ended) const {
    const bool done = ended.end.why == drain_end::cause::done;
    const bool all_left = only_ ? is_all_read() : queue_.cur().empty();
    if (done && (!all_left || queue_.claimed() < arrived_ || !engine_->empty()))
        throw breach("DRAIN ended as done, and something is left");
    const int as_done = ended.of_run.dead_lettered > 0 ? 3 : 0;
    const int otherwise = options_.engine.drain ? 4 : 0;
    if (ended.end.exit_code != (done ? as_done : otherwise))
        throw breach(fmt::format("ENDED with {}: {}", ended.end.exit_code, ended.end.words));
}

// And it does not go on when all is settled.
void simulated_world::check_standing() {
    const bool settled = all_read_ && !ended_ && engine_->facts().everything_settled &&
                         !state_->is_busy() && !asked_.paused;
    if (!settled) settled_at_ = boot_time::max();
    settled_at_ = std::min(settled_at_, now_);
    if (settled && now_ > settled_at_ + std::chrono::seconds(2))
        throw breach("DRAIN goes on, and all is settled");
}

} // namespace hubspool::simulation
