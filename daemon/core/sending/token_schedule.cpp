#include "core/sending/token_schedule.hpp"

#include "core/sending/backoff.hpp"

#include <algorithm>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

// Of HubSpot's 30 minutes: 4.5 to 7.5 minutes before the end.
constexpr double share_least = 0.75;
constexpr double share_spread = 0.1;
// A request is authorised when it arrives, which is later than it is sent.
constexpr milliseconds end_margin_max = 30s;
constexpr milliseconds retry_initial = 1s;
constexpr milliseconds retry_max = 1min;
// As parks probe: a minute, doubling to fifteen.
constexpr milliseconds refusal_first = 1min;
constexpr milliseconds refusal_last = 15min;
constexpr milliseconds forced_every = 1min;

} // namespace

void token_schedule::begun(boot_time now) {
    // One at a time: a second would void the refresh token of the first.
    asking_ = true;
    begun_ = now;
}

void token_schedule::ended(const token_answer& answer, const moment& now) {
    asking_ = false;
    if (answer.what == token_answer::granted) {
        failures_ = 0;
        // Spread at random, so that several hubspool do not ask together.
        const double share = share_least + share_spread * now.jitter;
        const auto life = static_cast<double>(answer.life.count());
        // Its life began at the latest when the answer came, at the earliest with the request.
        due_ =
            std::max(now.boot + 1s, begun_ + milliseconds(static_cast<std::int64_t>(life * share)));
        usable_until_ = begun_ + answer.life - std::min(end_margin_max, answer.life / 10);
        return;
    }
    ++failures_;
    if (answer.what == token_answer::transient) {
        // A server that says when to come back is believed, up to the longest wait.
        const milliseconds wait = backoff_delay(retry_initial, retry_max, failures_, now.jitter);
        due_ = now.boot + std::max(wait, std::min(answer.wait.value_or(0ms), refusal_last));
    } else {
        // Like a park's: without jitter, so that the time a park shows is the time of the try.
        const std::uint32_t doublings = std::min(failures_ - 1, 10U);
        due_ = now.boot + std::min(refusal_last, refusal_first * (1 << doublings));
    }
}

void token_schedule::start_anew(boot_time now) {
    // What was learned of the grant before says nothing of this one.
    asking_ = false;
    outdated_ = false;
    failures_ = 0;
    due_ = now;
    may_refuse_again_ = {};
}

void token_schedule::grant_changed(boot_time now) {
    // One request at a time: the one that is on its way ends first.
    if (asking_)
        outdated_ = true;
    else
        start_anew(now);
}

bool token_schedule::discard_outdated(boot_time now) {
    if (!outdated_) return false;
    start_anew(now);
    return true;
}

bool token_schedule::refused(boot_time now) {
    // A 401 may be a blip: the token is given up at most once a minute.
    if (now < may_refuse_again_) return false;
    may_refuse_again_ = now + forced_every;
    // It is not sent any more, although its life is not over.
    usable_until_ = {};
    due_ = std::min(due_, now);
    return true;
}

} // namespace hubspool
