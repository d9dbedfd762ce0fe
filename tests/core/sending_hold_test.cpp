#include "core/engine/sending_hold.hpp"
#include "core/sending/common_hold.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr boot_time later = start + 60s;
using credential = credential_state;

park parked(park_reason reason, boot_time probe_at) {
    park p;
    p.reason = reason;
    p.probe_at = probe_at;
    return p;
}

struct row {
    const char* situation;
    void (*make)(engine_status&);
    const char* kind;
    const char* reason;
    std::optional<boot_time> until;
};

template <hold_cause Cause>
void held(engine_status& s) {
    s.held_by = Cause;
    s.held_until = later;
}

const row table[] = {
    {"pause", [](auto& s) { s.parks = {parked(park_reason::paused, boot_time::max())}; }, "park",
     "paused by an operator; `hubspool resume` ends it", std::nullopt},
    {"park that probes", [](auto& s) { s.parks = {parked(park_reason::unauthorized, later)}; },
     "park", "sending is parked (unauthorized), and asks again by itself", later},
    {"day's quota", [](auto& s) { s.parks = {parked(park_reason::quota, later)}; }, "park",
     "sending is parked (quota), and asks again by itself", later},
    {"brake", [](auto& s) { s.parks = {parked(park_reason::suspect_data, later)}; }, "park",
     "sending is parked (suspect_data) until `hubspool resume`, or a probe succeeds", later},
    {"a drain's deadline", [](auto& s) { s.bulk_held = true; }, "bulk",
     "bulk files wait, as a drain came to its deadline; the next `hubspool drain`, or `hubspool "
     "resume`, sends them",
     std::nullopt},
    {"no credential", [](auto& s) { s.credential = credential::missing; }, "credential",
     "there is no usable credential yet", std::nullopt},
    {"credential's question", [](auto& s) { s.credential = credential::unproved; }, "credential",
     "HubSpot is asked first whose account the credential opens", std::nullopt},
    {"full disk",
     [](auto& s) {
         s.outcomes_full = true;
         s.uncommitted = 256;
     },
     "outcomes", "256 outcomes wait to be recorded; has the state's disk room?", std::nullopt},
    {"restart of the machine", held<hold_cause::restart>, "restart",
     "requests of before a restart of the machine may still land", later},
    {"Retry-After", held<hold_cause::retry_after>, "retry_after",
     "HubSpot asked to wait (Retry-After)", later},
    {"429", held<hold_cause::rate_limited>, "rate_limited",
     "HubSpot answered that its rate limit was exceeded (429)", later},
    {"all may land", held<hold_cause::may_land>, "may_land",
     "the last request of every object that could be asked with may still land", later},
    {"requests that cannot be noted", held<hold_cause::not_noted>, "not_noted",
     "the file `sending` in the state directory cannot take up a request; see the log", later},
    {"backoff",
     [](auto& s) {
         held<hold_cause::backoff>(s);
         s.last_failure = "no connection";
     },
     "backoff", "backing off after a failure: no connection", later},
    {"open breaker",
     [](auto& s) {
         s.breaker = breaker_state::open;
         s.last_failure = "timed out";
         s.breaker_probe_at = later;
     },
     "outage", "HubSpot is not reached: timed out", later},
    {"breaker's probe",
     [](auto& s) {
         s.breaker = breaker_state::probing;
         s.last_failure = "timed out";
     },
     "outage", "HubSpot was not reached, and is being asked with one record: timed out",
     std::nullopt},
    {"frontier",
     [](auto& s) {
         s.recovering = true;
         s.reading_first = true;
     },
     "frontier", "what the run before had read is read again first", std::nullopt},
    {"drain that reads", [](auto& s) { s.reading_first = true; }, "reading",
     "all that is queued is read first", std::nullopt},
};

TEST(holds_of, each_hold_says_its_reason_and_its_end) {
    for (const row& each : table) {
        SCOPED_TRACE(each.situation);
        engine_status status;
        each.make(status);
        const auto holds = holds_of(status, start);
        ASSERT_EQ(holds.size(), 1U);
        EXPECT_EQ(holds[0].kind, each.kind);
        EXPECT_EQ(holds[0].reason, each.reason);
        EXPECT_EQ(holds[0].until, each.until);
    }
}

TEST(holds_of, sending_that_goes_on_has_none) {
    engine_status status;
    status.held_until = start; // over
    EXPECT_TRUE(holds_of(status, start).empty());
}

TEST(holds_of, several_are_all_told_and_what_a_person_must_end_comes_first) {
    engine_status status;
    status.recovering = true;
    held<hold_cause::restart>(status);
    status.parks = {parked(park_reason::paused, boot_time::max())};
    const auto holds = holds_of(status, start);
    ASSERT_EQ(holds.size(), 3U);
    EXPECT_EQ(holds[0].kind, "park");
    EXPECT_EQ(holds[1].kind, "restart");
    EXPECT_EQ(holds[2].kind, "frontier");
}

TEST(common_hold, hold_that_ends_last_is_the_one_that_is_told) {
    common_hold hold;
    hold.extend(later, hold_cause::restart);
    hold.extend(start + 1s, hold_cause::backoff);
    EXPECT_EQ(hold.cause(), hold_cause::restart);
    hold.extend(later + 1s, hold_cause::retry_after);
    EXPECT_EQ(hold.cause(), hold_cause::retry_after);
}

} // namespace
} // namespace hubspool
