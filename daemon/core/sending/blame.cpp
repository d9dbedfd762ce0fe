#include "core/sending/blame.hpp"

#include "core/sending/backoff.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace hubspool {

namespace {
// An object that is alone in the world, and that HubSpot itself turns away, is charged at most once
// in this time.
constexpr milliseconds lonely_charge_every = std::chrono::hours(1);
// Of the first wait. Ten attempts take two to four and a half minutes with a second at first: less
// than a control lasts.
constexpr int passing_wait_max = 48;
// An attempt comes so long before its control is too old, at the latest: others may go first.
constexpr milliseconds control_margin = std::chrono::seconds(10);

// Behind a balancer an object and its control could take turns with two servers of which one is
// broken. Two requests in a row meet both: every other attempt is enough. Chance keeps any longer
// turn from falling into step with that.
bool asks_once_more(const failure_count& so_far, const moment& now) {
    const bool had_its_two = so_far.once_more;
    return (so_far.alone() % 2 == 1 && !had_its_two) || now.jitter < 0.25;
}
} // namespace

void blame::restore(const charge& before, boot_time last) {
    restored_[before.object_id] = {before.attempts, last};
}

bool blame::recall(pending_object& object) {
    // Only before its first request: later its own failures say more.
    if (restored_.empty() || object.tries > 0) return false;
    const auto before = restored_.find(object.id);
    if (before == restored_.end()) return false;
    object.failures = std::make_unique<failure_count>();
    object.failures->charged = before->second.attempts;
    object.failures->last_charge = before->second.last;
    object.failures->is_recorded = object.failures->is_recalled = true;
    restored_.erase(before);
    // Alone, since it was found guilty before: company would only suffer with it.
    set_batch_cap(object, 1);
    return true;
}

void blame::set_batch_cap(pending_object& object, std::uint32_t batch_cap) {
    // The planner counts suspects, so each crossing of the line is told to it.
    if (object.batch_cap == batch_cap_max && batch_cap < batch_cap_max) planner_.count_suspect(+1);
    if (object.batch_cap < batch_cap_max && batch_cap == batch_cap_max) planner_.count_suspect(-1);
    object.batch_cap = batch_cap;
}

bool blame::failed(pending_object& object, bool alone, bool doubtful, const moment& now,
                   std::vector<charge>& told) {
    bool is_first = !object.failures;
    if (is_first) {
        object.failures = std::make_unique<failure_count>();
        object.failures->last_charge = now.boot;
    }
    failure_count& so_far = *object.failures;
    // Charges may have outlived their change: this one must fail by itself before it is compared.
    if (std::exchange(so_far.is_recalled, false)) is_first = true;
    // Something was delivered between two failures: so HubSpot works, and this object is at fault.
    const bool compared = !is_first && passed_ > so_far.passed;
    // A control failed as well: so it was everybody's trouble.
    const bool is_outage = !is_first && doubtful && failed_ > so_far.failed;
    // Nothing else is pending to compare with: HubSpot's own clear word counts, but seldom.
    const bool lonely = !is_first && !doubtful && pending_.objects() == 1 &&
                        now.boot - so_far.last_charge > lonely_charge_every;
    // From here on the next failure is compared with what happens after this one.
    so_far.passed = passed_;
    so_far.failed = failed_;
    // In company nobody can be charged: only the cap is halved.
    if (!alone) return false;
    // A control was delivered before this attempt, of which this is the first request or a later.
    const bool tells = !is_outage && (compared || so_far.once_more);
    // Not charged yet: of several servers it may have met the one that is broken, each time.
    so_far.once_more = tells && asks_once_more(so_far, now);
    if (so_far.once_more) return false;

    const std::uint32_t before = so_far.charged;
    if (tells || lonely) {
        ++so_far.charged;
        so_far.last_charge = now.boot;
    } else {
        ++so_far.uncharged;
        // A charge that came just before the control failed was most likely the outage's, too.
        if (is_outage && so_far.charged > 0) --so_far.charged;
    }
    // By this failure: of one that the brake held back, the next may be everybody's again.
    if (so_far.charged > before && so_far.charged >= options_.attempts_max) return true;
    // What changed is told, so that it survives a restart: else attempts would begin anew each
    // night.
    if (so_far.charged != before) {
        told.push_back({object.id, so_far.charged, now.wall});
        so_far.is_recorded = true;
    }
    return false;
}

milliseconds blame::wait(const pending_object& object, bool alone, bool passing,
                         const moment& now) const {
    const milliseconds initial = options_.retry_initial;
    // In company the breaker spares the destination, and innocent ones do not wait for long.
    if (!alone || !object.failures)
        return backoff_delay(initial, options_.retry_max, 1, now.jitter);
    if (object.failures->once_more)
        return backoff_delay(initial, options_.retry_max, 1, now.jitter);
    const std::uint32_t times = object.failures->alone();
    const control_input* const at_hand = controls_.find(pending_, now.boot);
    if (at_hand == nullptr) return backoff_delay(initial, options_.retry_max, times, now.jitter);
    // The next attempt renews the control, so it comes while that lasts.
    const milliseconds lasts = control_inputs::lasts_until(*at_hand) - control_margin - now.boot;
    const milliseconds most = std::min(options_.retry_max, std::max(initial, lasts));
    if (!options_.hurried)
        return std::min(most, backoff_delay(initial, options_.retry_max, times, now.jitter));
    // drain has a night to end: with a control at hand, attempts need not wait for better times.
    if (!passing) return backoff_delay(initial, most, 1, now.jitter);
    // But what HubSpot says will pass gets minutes: half of the wait is for certain.
    return backoff_delay(initial, std::min(most, initial * passing_wait_max), times,
                         0.5 + now.jitter / 2);
}

void blame::delivered(const pending_object& object, bool keep, boot_time sent, const moment& now,
                      std::vector<charge>& told) {
    // Any delivery is a sign that HubSpot works.
    ++passed_;
    forget(object, now, told);
    // It may serve as a control only if nothing of it can land later: else the two would differ.
    if (keep && object.lands_until <= now.boot)
        controls_.add(object.id, object.head().fields, sent, now.boot);
    else
        controls_.drop(object.id);
}

void blame::died(const pending_object& object, const moment& now, std::vector<charge>& told) {
    forget(object, now, told);
    controls_.drop(object.id);
}

void blame::forget(const pending_object& object, const moment& now, std::vector<charge>& told) {
    // The record in the state must go, or the object would be born guilty the next time.
    if (object.failures && object.failures->is_recorded) told.push_back({object.id, 0, now.wall});
}

bool blame::lacks_control(const pending_object& object) const {
    if (!is_isolated(object)) return false;
    const failure_count& so_far = *object.failures;
    return !so_far.is_recalled && !so_far.once_more && so_far.passed == passed_;
}

} // namespace hubspool
