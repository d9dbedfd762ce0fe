// The parts of the simulated world that depend on the time of day.
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

namespace hubspool::simulation {

void simulated_world::pass_day() {
    if (!calendar_) return;
    happened(event::day_told{calendar_->day(now_)});
    // The file with the token is written up to 40 s after the old one has ended.
    if (token_due_ == boot_time{} && token_ != calendar_->token(now_))
        token_due_ = now_ + milliseconds(random_() % 40000);
    if (token_due_ != boot_time{} && now_ >= token_due_) {
        token_due_ = {};
        token_ = calendar_->token(now_);
        ++report_.tokens;
        happened(event::credential_adopted{});
    }
}

void simulated_world::commit_day() {
    if (!calendar_ || !day_asked_) return;
    day_durable_ = *std::exchange(day_asked_, std::nullopt);
    happened(event::day_count_stored{day_durable_});
}

bool simulated_world::connections_fail() const {
    return calendar_ && calendar_->in(trouble::refusal, now_);
}

void simulated_world::meet_the_day(wire& w) {
    if (!calendar_) return;
    report_.sends.push_back(now_);
    const boot_time arrival = now_ + options_.server.latency / 2;
    w.token = token_;
    if (auto answer = calendar_->instead(arrival, token_)) {
        w.plan.applied_at.reset();
        w.plan.answer = std::move(*answer);
    }
    if (w.plan.answer.end == exchange_end::answered) {
        calendar_->add_headers(w.plan.answer, arrival);
        w.plan.answer.quota_reset = engine_->quota_reset();
    }
}

// While a park stands, one object may ask, and not before its time.
void simulated_world::check_parks(std::size_t inputs) {
    const std::vector<park> parks = engine_->parks();
    if (parks.empty()) return;
    ++report_.probes;
    if (inputs != 1) throw breach(fmt::format("PARKED and {} inputs were sent", inputs));
    for (const park& p : parks)
        if (now_ < p.probe_at)
            throw breach(fmt::format("PARKED ({}) and asked {} ms early", to_string(p.reason),
                                     (p.probe_at - now_).count()));
}

boot_time simulated_world::next_of_day() const {
    if (!calendar_) return boot_time::max();
    boot_time next = std::min(calendar_->day(now_).ends_at, now_ + std::chrono::minutes(1));
    if (token_due_ != boot_time{}) next = std::min(next, token_due_);
    if (arrived_ < files_.size()) next = std::min(next, calendar_->file_arrives(arrived_));
    return next;
}

} // namespace hubspool::simulation
