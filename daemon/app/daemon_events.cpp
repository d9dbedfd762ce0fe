// What the intake and the state thread tell the loop thread, and what it does about it.
#include "app/moment_now.hpp"
#include "app/running_daemon.hpp"
#include "app/settle/outcome_log.hpp"
#include "base/free_memory.hpp"
#include "base/log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace hubspool {

namespace {

// So much has gone through the intake thread's heap until that is worth looking at.
constexpr std::uint64_t give_back_after = 64U << 20;

// What waits for its commit is held against the memory limit: with a full disk it may wait for
// long.
std::size_t bytes_of(const batch_outcome& outcome) {
    std::size_t bytes =
        sizeof outcome + outcome.changes.bytes_apart() + outcome.records.bytes_apart();
    for (const dead_letter& letter : outcome.dead_letters)
        bytes += sizeof letter + letter.content.size() +
                 letter.records.size() * sizeof(dead_letter::origin);
    return bytes;
}

} // namespace

settle_events daemon::make_settle_events() {
    settle_events events;
    events.committed = [this](const std::vector<std::uint64_t>& batches, std::size_t bytes) {
        const std::vector<std::uint64_t> last_to_first(batches.rbegin(), batches.rend());
        asio::post(loop_, [this, last_to_first, bytes] {
            undurable_bytes_ -= bytes;
            committed(last_to_first);
        });
    };
    events.frontier_durable = [this](position upto) {
        asio::post(loop_, [this, upto] {
            core_->raise_frontier(upto, boot_now());
            delivery_->wake();
        });
    };
    events.budget_durable = [this](day_count count) {
        asio::post(loop_, [this, count] {
            core_->budget_durable(count);
            delivery_->wake();
        });
    };
    events.files_open = [this](std::size_t files) {
        asio::post(loop_, [this, files] {
            core_->hold_for_files(files * settle_loop::open_file_bytes);
            budget_->account(0, held_bytes());
            delivery_->wake();
        });
    };
    events.wish = [this](const std::optional<state_store::operator_wish>& wish) {
        asio::post(loop_, [this, wish] { wish_read(wish); });
    };
    events.fatal = [this](const std::string& why) {
        asio::post(loop_, [this, why] { fail(why); });
    };
    return events;
}

intake_events daemon::make_intake_events() {
    intake_events events;
    events.read = [this](read_parts parts) {
        std::size_t bytes = 0;
        for (const decoded_block& block : parts.blocks) bytes += block.bytes();
        rest_holds_ = false;
        budget_->spend(bytes);
        asio::post(loop_, [this, bytes, moved = std::make_shared<read_parts>(std::move(parts))] {
            take(*moved);
            read_bytes_ += bytes;
            budget_->account(bytes, held_bytes());
        });
    };
    events.passed_frontier = [this] {
        asio::post(loop_, [this] {
            core_->passed_frontier(boot_now());
            make_budget_durable();
            delivery_->wake();
        });
    };
    events.reading = [this](bool reading) {
        rest_holds_ = false;
        asio::post(loop_, [this, reading] {
            rouse();
            core_->set_reading(reading);
            if (!reading && read_bytes_ >= give_back_after) {
                read_bytes_ = 0;
                give_back_free_memory();
            }
            delivery_->wake();
        });
    };
    events.woke = [this] { look_around(); };
    events.read_everything = [this](const std::string& trouble) {
        asio::post(loop_, [this, trouble] {
            everything_read_ = true;
            unclaimed_ = trouble;
            last_delivery_ = boot_now();
            core_->read_everything();
            delivery_->wake();
            look_at_drain();
        });
    };
    return events;
}

keeper_events daemon::make_keeper_events() {
    keeper_events events;
    events.changed = [this] {
        rouse();
        make_budget_durable();
        delivery_->wake();
    };
    events.parked = [this] {
        rouse();
        parks_confirmed_ = true;
        announce_parks();
        delivery_->wake();
    };
    events.account = [this](const account_details& account) {
        log::info("HubSpot accepts the credential",
                  {{"portal", account.portal_id}, {"time_zone", account.time_zone}});
        if (of_.options.rate_limit.time_zone != "auto" || account.time_zone.empty()) return;
        const result<quota_clock> clock = quota_clock::in(account.time_zone);
        if (!clock)
            return log::warning("the daily quota's reset is reckoned in UTC: " +
                                clock.error().message);
        quota_clock_ = *clock;
        look_at_day();
    };
    events.fatal = [this](const std::string& why) { fail(why); };
    return events;
}

void daemon::portal_asked(const std::string& token, const account_effect& effect) {
    credential_->answered(token, effect);
    make_budget_durable();
    parks_confirmed_ = parks_confirmed_ || effect.parked;
    if (effect.parks_changed) announce_parks();
}

void daemon::take(const read_parts& parts) {
    rouse();
    for (const decoded_block& block : parts.blocks) {
        std::optional<batch_outcome> dead = core_->accept(block, moment_now());
        if (!dead) continue;
        run_.dead_lettered += dead->records.size();
        log_dead_letters(*dead);
        post_outcome(std::move(*dead));
    }
    for (const std::uint64_t file : parts.ended) core_->forget_file(file);
    make_budget_durable();
    delivery_->wake();
}

void daemon::record(response_effect effect) {
    ++run_.requests;
    const batch_outcome& outcome = effect.outcome;
    sent_.inputs += outcome.inputs;
    if (outcome.http_status != 0) {
        ++sent_.answered;
        sent_.answered_ms += static_cast<std::uint64_t>(outcome.duration_ms);
    }
    for (const std::string& note : effect.notes) log::warning(note, {{"batch", outcome.batch}});
    const fate_counts& settled = outcome.records.counts();
    run_.delivered += settled.delivered;
    run_.superseded += settled.superseded;
    run_.dead_lettered += settled.dead;
    if (outcome.delivered > 0) last_delivery_ = boot_now();
    parks_confirmed_ = parks_confirmed_ || effect.parked;
    if (effect.parks_changed) announce_parks();
    post_outcome(std::move(effect.outcome));
    make_budget_durable();
}

void daemon::make_budget_durable() {
    if (const auto wanted = core_->budget_wanted()) settle_->box().post_now(day_counted{*wanted});
}

void daemon::announce_parks() {
    const std::vector<park> now = core_->parks();
    log_parks(parks_, now);
    parks_ = now;
    settle_->box().post_now(parks_changed{park_rows(now, boot_now(), wall_now())});
}

void daemon::post_outcome(batch_outcome outcome) {
    const std::size_t bytes = bytes_of(outcome);
    undurable_bytes_ += bytes;
    settle_->box().post_now(outcome_ready{std::move(outcome), bytes});
}

// One batch after another, with what the network brings in between: to let go of a hundred objects
// takes as long as to weigh an answer, and meanwhile HubSpot may have nothing to do.
void daemon::committed(std::vector<std::uint64_t> last_to_first) {
    core_->on_committed(last_to_first.back(), boot_now());
    delivery_->wake();
    last_to_first.pop_back();
    if (!last_to_first.empty())
        return asio::post(loop_, [this, rest = std::move(last_to_first)]() mutable {
            committed(std::move(rest));
        });
    budget_->account(0, held_bytes());
    look_at_drain();
}

} // namespace hubspool
