#include "app/notify/notice_text.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr wall_time noticed_at{std::chrono::seconds(2'000'000)};
const notice_limits limits{1h, 1'000'000};

std::vector<std::string> codes_of(const daemon_status& told,
                                  const std::optional<queue_figures>& queue = std::nullopt) {
    std::vector<std::string> codes;
    for (const condition& one : conditions_of(told, queue, limits, noticed_at))
        codes.push_back(one.kind + "/" + one.code);
    return codes;
}

std::string json_of(const notice& told) {
    return notice_json(told, {"web1", "/var/spool/hubspool"}, noticed_at);
}

} // namespace

TEST(notice_text, daemon_that_sends_starts_or_ends_is_nobodys_matter) {
    daemon_status told;
    told.pending.oldest = noticed_at - 59min;
    told.recovering = told.stopping = true;
    queue_figures queue;
    queue.free_bytes = limits.free_bytes_least;
    EXPECT_THAT(codes_of(told, queue), IsEmpty());
}

TEST(notice_text, what_stops_sending_and_what_will_is_a_condition_each) {
    daemon_status told;
    told.parks = {{park_reason::unauthorized, noticed_at, "HubSpot refuses the token", {}},
                  {park_reason::paused, noticed_at, "", {}}};
    told.holds = {{"outcomes", "the disk is full", {}}, {"window", "the limit is reached", {}}};
    told.breaker = breaker_state::open;
    told.pending.oldest = noticed_at - 61min;
    queue_figures queue;
    queue.free_bytes = limits.free_bytes_least - 1;
    EXPECT_THAT(codes_of(told, queue),
                ElementsAre("park/unauthorized", "park/paused", "unreachable/unreachable",
                            "hold/outcomes", "old/old", "disk/disk"));
}

TEST(notice_text, json_has_a_sentence_for_a_person_with_what_to_do) {
    daemon_status told;
    told.parks = {{park_reason::unauthorized, noticed_at, "HubSpot refuses the token", {}}};
    const condition parked = conditions_of(told, std::nullopt, limits, noticed_at).front();
    EXPECT_EQ(json_of({parked.kind, parked.code, notice::phase::begun, parked.words}),
              "{\"version\":1,\"kind\":\"park\",\"code\":\"unauthorized\",\"phase\":\"begun\","
              "\"at\":\"1970-01-24T03:33:20.000Z\",\"host\":\"web1\","
              "\"queue\":\"/var/spool/hubspool\",\"text\":\"hubspool on web1 "
              "(/var/spool/hubspool): parked (unauthorized): HubSpot refuses the token; "
              "`hubspool explain unauthorized` says what to do\"}\n");
}

TEST(notice_text, end_and_count_are_told_as_what_they_are) {
    EXPECT_THAT(json_of({"park", "paused", notice::phase::over, "parked (paused)"}),
                HasSubstr("web1 (/var/spool/hubspool): over: parked (paused)"));
    EXPECT_THAT(json_of({"dead_letters", "dead_letters", notice::phase::count, "12"}),
                HasSubstr("dead letters: 12 more; `hubspool dead-letters list` says why"));
}

} // namespace hubspool
