#include "app/plan/rehearsal.hpp"

#include "base/json_writer.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace hubspool {

namespace {

// As in a run others are sent meanwhile, and batches that are not full.
constexpr milliseconds a_lookup{1};

engine_options for_rehearsal(engine_options options) {
    options.drain = true;
    // These answers echo nothing.
    options.mapper.look_at_echo = options.mapper.echo_is_required = false;
    return options;
}

std::string all_delivered(const std::vector<std::string_view>& object_ids) {
    json_writer json;
    json.begin_object().key("status").value("COMPLETE").key("results").begin_array();
    for (const std::string_view id : object_ids)
        json.begin_object().key("objectId").value(id).end_object();
    json.end_array().end_object();
    return json.take();
}

} // namespace

rehearsal::rehearsal(const engine_options& options, const moment& now, milliseconds an_answer,
                     links to)
    : engine_(for_rehearsal(options), {.at = now.boot}), now_(now),
      bytes_max_(options.pending_bytes_max), an_answer_(an_answer), to_(std::move(to)) {
}

void rehearsal::begin(event::run_before left) {
    tell(event::day_told{to_.day(now_)});
    tell(std::move(left));
    // What is read again after a crash would be in the frontier by the time it goes.
    const arrival end{no_file, 0};
    tell(event::frontiers_stored{{end, end}});
    tell(event::reading_changed{true});
}

bool rehearsal::has_room(lane which) const {
    return engine_.held_bytes() < bytes_max_ && engine_.lane_bytes()[which] < bytes_max_ / 4 * 3;
}

void rehearsal::make_room(lane which) {
    if (has_room(which)) return;
    sums_.memory_sufficed = false;
    // A run would read on up to its frontiers; a plan keeps to its memory.
    pass_frontiers();
    run([&] { return has_room(which); });
}

void rehearsal::read(const decoded_block& block) {
    tell(event::records_read{block});
    // Dead letters are persisted at once. Nothing is sent before memory runs short.
    run([&] { return true; });
}

void rehearsal::file_ended(std::uint64_t file) {
    tell(event::file_ended{file});
}

void rehearsal::pass_frontiers() {
    if (!std::exchange(passed_, true)) tell(event::frontiers_passed{});
}

rehearsed rehearsal::finish() {
    pass_frontiers();
    tell(event::everything_read{});
    run([&] { return engine_.empty() && flying_.empty(); });
    sums_.unsent_objects =
        engine_.facts().everything_settled ? 0 : engine_.status(now_.boot).objects;
    return sums_;
}

// Carries out what is due, and lets time pass until it is enough, or nothing comes any more.
void rehearsal::run(const std::function<bool()>& is_enough) {
    while (true) {
        action::any next = engine_.next(now_, true);
        if (const auto* const idle = std::get_if<action::wait_until>(&next)) {
            if (is_enough() || !wait(idle->at)) return;
            continue;
        }
        std::visit([this](auto& one) { act(one); }, next);
    }
}

// False: nothing comes any more.
bool rehearsal::wait(boot_time until) {
    const boot_time day_ends = engine_.quota_reset();
    if (!flying_.empty()) until = std::min(until, flying_.front().answered_at);
    if (!asked_about_.empty()) until = std::min(until, now_.boot + a_lookup);
    // A day's end is waited for only where its quota is.
    if (until == boot_time::max() && engine_.empty()) return false;
    const boot_time at = std::min(until, day_ends);
    if (at == boot_time::max()) return false;
    go_to(std::max(at, now_.boot));
    if (now_.boot >= day_ends) tell(event::day_told{to_.day(now_)});
    if (!asked_about_.empty()) tell(event::looked_up{to_.ledger(std::exchange(asked_about_, {}))});
    if (!flying_.empty() && flying_.front().answered_at <= now_.boot) answer();
    return true;
}

void rehearsal::go_to(boot_time at) {
    now_.wall += at - now_.boot;
    now_.boot = at;
}

void rehearsal::answer() {
    flying done = std::move(flying_.front());
    flying_.pop_front();
    api_response response;
    response.end = exchange_end::answered;
    response.status = 200;
    response.body = std::move(done.body);
    response.content_type = "application/json";
    response.duration_ms = an_answer_.count();
    response.quota_reset = engine_.quota_reset();
    sums_.last = now_.boot;
    tell(event::answer_came{done.batch, response});
}

void rehearsal::act(action::send_request& a) {
    ++sums_.requests;
    sums_.inputs += a.request.object_ids.size();
    sums_.body_bytes += a.request.body.size();
    if (!sums_.first) sums_.first = now_.boot;
    to_.sends(a.request);
    flying_.push_back(
        {now_.boot + an_answer_, a.request.batch, all_delivered(a.request.object_ids)});
}

void rehearsal::act(action::look_up& a) {
    sums_.asked_objects += a.object_ids.size();
    asked_about_ = std::move(a.object_ids);
}

void rehearsal::act(action::persist_outcome& a) {
    sums_.fates += a.outcome.records.counts();
    for (const dead_letter& letter : a.outcome.dead_letters) to_.dies(letter);
    const std::uint64_t ticket = ticket_of(a.outcome);
    if (ticket != 0) tell(event::outcome_stored{ticket});
    tell(event::commit_done{a.bytes});
}

void rehearsal::act(action::persist_day_count& a) {
    tell(event::day_count_stored{a.count});
}

void rehearsal::act(action::connect&) {
    tell(event::connection_made{});
}

} // namespace hubspool
