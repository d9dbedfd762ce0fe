// The parts of the simulated world that depend on the time of day.
#include "simulation/simulated_world.hpp"

#include <fmt/core.h>

namespace hubspool::simulation {

// Without a calendar there is one day.
quota_day simulated_world::today() const {
    constexpr std::chrono::hours never(1000);
    return calendar_ ? calendar_->day(now_) : quota_day{wall_time(never), boot_time(never)};
}

// The file with the token is written up to 40 s after the old one has ended.
void simulated_world::pass_day() {
    if (!calendar_) return;
    if (token_due_ == boot_time{} && file_token_ != calendar_->token(now_))
        token_due_ = now_ + milliseconds(random_() % 40000);
    if (token_due_ == boot_time{} || now_ < token_due_) return;
    token_due_ = {};
    file_token_ = calendar_->token(now_);
    token_written_ = now_;
}

void simulated_world::act(action::look_around&) {
    engine_->handle(event::day_told{today()}, at_now());
    take_up_token();
}

void simulated_world::take_up_token() {
    if (token_ == file_token_) return;
    token_ = file_token_;
    ++report_.tokens;
    engine_->handle(event::credential_adopted{}, at_now());
}

bool simulated_world::connections_fail() const {
    return calendar_ && calendar_->in(trouble::refusal, now_);
}

void simulated_world::meet_the_day(wire& w) {
    if (!calendar_) return;
    report_.sends.push_back(now_);
    const boot_time arrival = now_ + options_.server.latency / 2;
    w.token = token_;
    if (token_ != file_token_ && now_ > token_written_ + std::chrono::seconds(2))
        throw breach("TOKEN that was replaced was sent");
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
    if (arrived_ < records_.files().size())
        next = std::min(next, calendar_->file_arrives(arrived_));
    return next;
}

} // namespace hubspool::simulation
