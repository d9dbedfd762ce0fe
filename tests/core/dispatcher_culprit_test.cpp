// One culprit among a thousand, and an answer to everything: for every kind of answer that may be
// either.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <iterator>
#include <set>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::plain_options;
using testing::sent_request;
using testing::story_start;

struct answer_kind {
    const char* label;
    exchange_end end;
    int status;
    const char* body;
    const char* words; // in the dead letter
};

api_response came_of(const answer_kind& kind) {
    api_response response;
    response.end = kind.end;
    response.status = kind.status;
    response.body = kind.body;
    response.error = "cut after the request";
    response.content_type = "text/html";
    return response;
}

constexpr exchange_end whole = exchange_end::answered;
const answer_kind answer_kinds[] = {
    {"403_page", whole, 403, "<title>Blocked</title>", "403 with text/html instead of JSON"},
    {"403_json", whole, 403, R"({"message":"Forbidden"})", "not HubSpot's"},
    {"400_page", whole, 400, "<h1>Bad Request</h1>", "\"Bad Request\""},
    {"400_json", whole, 400, R"({"error":"Bad Request"})", "not HubSpot that answered"},
    {"404_page", whole, 404, "<h1>Not Found</h1>", "404"},
    {"302", whole, 302, "", "302 with an empty body"},
    {"308", whole, 308, "<a>moved</a>", "308"},
    {"406_page", whole, 406, "<h1>Not Acceptable</h1>", "406"},
    {"405_page", whole, 405, "<h1>no</h1>", "405"},
    {"431_page", whole, 431, "", "431"},
    {"451_page", whole, 451, "<h1>Unavailable</h1>", "451"},
    {"408_page", whole, 408, "", "408"},
    {"500_page", whole, 500, "oops", "500"},
    {"500_hubspot", whole, 500, R"({"status":"error","message":"internal"})", "internal"},
    {"502_page", whole, 502, "<h1>Bad gateway</h1>", "502"},
    {"503_page", whole, 503, "<h1>Busy</h1>", "503"},
    {"200_page", whole, 200, "<title>Welcome to the hotel</title>", "Welcome to the hotel"},
    {"200_empty", whole, 200, "", "200 with an empty body"},
    {"200_nothing", whole, 200, R"({"status":"COMPLETE","results":[]})", "neither"},
    {"200_json", whole, 200, R"({"ok":true})", "neither"},
    {"200_pending", whole, 200, R"({"status":"PENDING"})", "PENDING"},
    {"200_another", whole, 200, R"({"status":"COMPLETE","results":[{"objectId":"x"}]})", "neither"},
    {"cut", exchange_end::unanswered, 0, "", "cut after the request"},
    {"stale", exchange_end::stale, 0, "", "cut after the request"},
    {"413_page", whole, 413, "<h1>Request Entity Too Large</h1>", "413"},
    {"207_nobody", whole, 207,
     R"({"status":"COMPLETE","results":[],"errors":[{"category":"INTERNAL","message":"broken"}]})",
     "broken"},
};

std::vector<answer_kind> tried_kinds() {
    std::vector<answer_kind> kinds;
    constexpr std::size_t step = 4 / testing::random_rounds<std::size_t>(4);
    for (std::size_t i = 0; i < std::size(answer_kinds); i += step)
        kinds.push_back(answer_kinds[i]);
    return kinds;
}

struct told {
    std::size_t delivered = 0;
    std::set<std::string> dead;
    std::string words;
    int requests = 0;
};

class dispatcher_culprit_test : public testing::engine_story,
                                public ::testing::WithParamInterface<bool> {
protected:
    using instead = std::function<const answer_kind*(const sent_request&)>;

    void restart_in_mode() {
        engine_options options = plain_options();
        options.drain = GetParam();
        restart(options);
        delivered_by_then.clear();
    }
    void accept_thousand() {
        for (int i = 0; i < 1000; ++i) accept(std::to_string(i + 1), {{"eventName", "1"}});
        if (GetParam()) tell(event::everything_read{});
    }
    void settle(const testing::answer_effects& effect, told& so_far) {
        so_far.delivered += effect.outcome.records.counts().delivered;
        for (const dead_letter& letter : effect.outcome.dead_letters) {
            so_far.dead.insert(letter.object_id);
            so_far.words = letter.reason;
        }
        commit();
    }
    // Up to four requests at once, each answered after 100 ms by `of`, or all right.
    told run_until(boot_time end, const instead& of) {
        told so_far;
        while (now < end && !engine->empty()) {
            while (send()) ++so_far.requests;
            if (wire.empty()) {
                now = std::max(now + 1ms, std::min(end, engine->next(now)));
                continue;
            }
            now += 100ms;
            for (std::size_t left = wire.size(); left > 0; --left) {
                const answer_kind* const other = of(wire.front());
                settle(other != nullptr ? answer(came_of(*other)) : deliver(), so_far);
                if (so_far.delivered >= 900 && delivered_by_then.empty())
                    delivered_by_then.push_back(now);
            }
        }
        return so_far;
    }
    told run_with(const std::map<std::string, const answer_kind*>& culprits, boot_time end) {
        return run_until(end, [&](const sent_request& sent) -> const answer_kind* {
            for (const auto& [id, kind] : culprits)
                if (sent.names(id)) return kind;
            return nullptr;
        });
    }

    std::vector<boot_time> delivered_by_then; // when nine of ten were
};
INSTANTIATE_TEST_SUITE_P(modes, dispatcher_culprit_test, ::testing::Bool(),
                         [](const auto& of) { return of.param ? "drain" : "run"; });

TEST_P(dispatcher_culprit_test, scenario_56_one_of_a_thousand_dies_with_its_words) {
    for (const answer_kind& kind : tried_kinds()) {
        for (const char* culprit : {"1", "537", "1000"}) {
            restart_in_mode();
            accept_thousand();
            const boot_time begin = now;
            const told came = run_with({{culprit, &kind}}, begin + 2h);
            EXPECT_EQ(came.delivered, 999U) << kind.label;
            EXPECT_EQ(came.dead, std::set<std::string>{culprit}) << kind.label;
            EXPECT_THAT(came.words, HasSubstr(kind.words)) << kind.label;
            // The thousand's own ten, some 2 log2(100), and ten attempts with a control each. (A
            // stale connection costs each twice.)
            EXPECT_LE(came.requests, 10 + 15 + 25 + (kind.end == exchange_end::stale ? 20 : 0))
                << kind.label;
            EXPECT_FALSE(parked(park_reason::misconfigured)) << kind.label;
            ASSERT_FALSE(delivered_by_then.empty()) << kind.label;
            EXPECT_LE(delivered_by_then[0] - begin, 5s) << kind.label << culprit;
            if (GetParam()) {
                // What HubSpot itself says will pass gets minutes.
                EXPECT_LE(now - begin, kind.status == 207 ? 5min : 20s) << kind.label;
            }
        }
    }
}

TEST_P(dispatcher_culprit_test, scenario_06_and_23_an_hour_of_it_kills_nobody) {
    for (const answer_kind& kind : tried_kinds()) {
        restart_in_mode();
        accept_thousand();
        const boot_time begin = now;
        const told hour = run_until(begin + 1h, [&](const sent_request&) { return &kind; });
        EXPECT_EQ(hour.delivered, 0U) << kind.label;
        EXPECT_TRUE(hour.dead.empty()) << kind.label;
        EXPECT_LE(hour.requests, 300) << kind.label; // probes, not thousands
        const told after = run_with({}, begin + 3h);
        EXPECT_EQ(after.delivered, 1000U) << kind.label;
        EXPECT_LE(now - begin, 1h + 20min) << kind.label; // by itself
    }
}

TEST_P(dispatcher_culprit_test, scenario_56_culprit_and_outage_are_told_apart) {
    for (const answer_kind& kind : tried_kinds()) {
        restart_in_mode();
        accept_thousand();
        const boot_time begin = now;
        const told came = run_until(begin + 4h, [&](const sent_request& sent) {
            const bool outage = now > begin + 500ms && now < begin + 15min;
            return outage || sent.names("537") ? &kind : nullptr;
        });
        EXPECT_EQ(came.delivered, 999U) << kind.label;
        EXPECT_EQ(came.dead, std::set<std::string>{"537"}) << kind.label;
    }
}

TEST_P(dispatcher_culprit_test, scenario_56_culprits_of_several_kinds_die) {
    restart_in_mode();
    accept_thousand();
    const boot_time begin = now;
    const told came = run_with({{"1", &answer_kinds[0]},
                                {"2", &answer_kinds[4]},
                                {"50", &answer_kinds[15]},
                                {"51", &answer_kinds[22]},
                                {"700", &answer_kinds[16]}},
                               begin + 3h);
    EXPECT_EQ(came.delivered, 995U);
    EXPECT_EQ(came.dead, (std::set<std::string>{"1", "2", "50", "51", "700"}));
    if (GetParam()) {
        EXPECT_LE(now - begin, 60s);
    }
}

TEST_P(dispatcher_culprit_test, scenario_56_batch_of_culprits_alone_dies) {
    restart_in_mode();
    std::map<std::string, const answer_kind*> culprits;
    for (int i = 1; i <= 20; ++i) culprits[std::to_string(i)] = &answer_kinds[4];
    accept_thousand();
    const told came = run_with(culprits, now + 6h);
    EXPECT_EQ(came.delivered, 980U);
    EXPECT_EQ(came.dead.size(), 20U);
}

TEST_P(dispatcher_culprit_test, scenario_07_a_tenth_of_culprits_trips_the_brake) {
    restart_in_mode();
    std::map<std::string, const answer_kind*> culprits;
    for (int i = 0; i < 100; ++i) culprits[std::to_string(i * 10 + 1)] = &answer_kinds[4];
    accept_thousand();
    const told came = run_with(culprits, now + 6h);
    EXPECT_TRUE(parked(park_reason::suspect_data));
    EXPECT_LE(came.dead.size(), 51U);
    for (const std::string& id : came.dead) EXPECT_TRUE(culprits.contains(id)) << id;
}

TEST_P(dispatcher_culprit_test, scenario_56_new_records_pass_a_culprit_that_is_alone) {
    restart_in_mode();
    accept("1", {{"eventName", "1"}});
    if (GetParam()) tell(event::everything_read{});
    run_with({{"1", &answer_kinds[15]}}, now + 30min);
    const boot_time came = now;
    accept("2", {{"eventName", "1"}});
    const told after = run_until(came + 2s, [](const sent_request& sent) {
        return sent.names("1") ? &answer_kinds[15] : nullptr;
    });
    EXPECT_EQ(after.delivered, 1U);
}

} // namespace
} // namespace hubspool
