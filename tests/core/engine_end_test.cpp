// How a run ends: a drain by its rule, any run by a signal or a failure.
#include "run_story.hpp"

#include <ostream>
#include <set>

namespace hubspool {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using namespace std::chrono_literals;

constexpr drain_patience endless{};

class engine_end_test : public testing::run_story {
protected:
    // A drain that has read this record, and has sent it.
    void begin_drain_of_one(drain_patience patience = endless) {
        begin_unpaused(patience);
        accept("1");
        actions();
        tell(event::everything_read{});
        ASSERT_THAT(actions(), ElementsAre("send"));
    }
    void expect_the_end() {
        EXPECT_THAT(actions(), ElementsAre("stop_reading", "persist_day_count", "close_books"));
    }
};

TEST_F(engine_end_test, drain_ends_when_all_is_read_delivered_and_durable_and_not_before) {
    begin_unpaused(endless);
    accept("1");
    EXPECT_THAT(actions(), Not(Contains("send"))) << "it reads all first";
    tell(event::everything_read{});
    EXPECT_THAT(actions(), ElementsAre("send"));
    deliver();
    EXPECT_THAT(tick(), Not(Contains("stop_reading"))) << "it is not durable";
    commit();
    expect_the_end();
    EXPECT_EQ(close().exit_code, 0);
}

TEST_F(engine_end_test, drain_of_an_empty_queue_ends_when_all_is_read) {
    begin_unpaused(endless);
    EXPECT_THAT(tick(), Not(Contains("stop_reading")));
    tell(event::everything_read{});
    expect_the_end();
}

TEST_F(engine_end_test, drain_never_rests) {
    begin_unpaused(endless);
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(tick(), Not(Contains("note_files")));
        nobody_asks();
    }
}

TEST_F(engine_end_test, drain_that_has_settled_all_ends_by_what_became_of_it) {
    struct {
        bool bad_record;
        std::string unclaimed;
        event::books_closed files;
        int exit_code;
        std::string words;
    } const cases[] = {
        {false, "", {}, 0, ""},
        {true, "", {}, 3, ""},
        {false, "", {.files_rejected = 1}, 3, ""},
        {true, "", {.files_left = 1}, 1, "could not leave cur/"},
        {true, "new/a is a directory", {}, 4, "not all files could be claimed: new/a"},
    };
    for (const auto& one : cases) {
        begin_unpaused(endless);
        if (one.bad_record) accept_bad();
        tell(event::everything_read{one.unclaimed});
        actions();
        const drain_end end = close(one.files);
        EXPECT_EQ(end.exit_code, one.exit_code);
        EXPECT_THAT(end.words, HasSubstr(one.words));
    }
}

TEST_F(engine_end_test, drain_ends_with_4_at_a_park_that_an_answer_asked_for) {
    begin_drain_of_one();
    answer(403, R"({"category":"MISSING_SCOPES","message":"a scope is missing"})");
    actions();
    tick();
    EXPECT_THAT(done, Contains("stop_reading"));
    const drain_end end = close();
    EXPECT_EQ(end.exit_code, 4);
    EXPECT_THAT(end.words, HasSubstr("forbidden"));
}

TEST_F(engine_end_test, drain_asks_at_once_whether_a_park_of_before_still_stands) {
    event::run_before left;
    left.parks.push_back({park_reason::forbidden, {}, "words", 1min, now + 1min});
    begin(endless, std::move(left));
    accept("1");
    tell(event::everything_read{});
    actions();
    nobody_asks();
    EXPECT_NE(batch, 0U);
    EXPECT_THAT(done, Not(Contains("stop_reading")));
    deliver_all();
    actions();
    EXPECT_EQ(close().exit_code, 0);
}

struct park_probe_case {
    const char* label;
    const char* culprit; // nothing: all of them
    int status;
    int exit_code;
    std::uint64_t delivered;

    friend std::ostream& operator<<(std::ostream& out, const park_probe_case& c) {
        return out << c.label;
    }
};

// A park of the run before, and records of which the first probe takes the third.
class drain_under_a_park : public engine_end_test,
                           public ::testing::WithParamInterface<park_probe_case> {
protected:
    void begin_parked() {
        connections = 1;
        event::run_before left;
        left.parks.push_back({park_reason::misconfigured, {}, "words", 15min, now + 15min});
        begin(endless, std::move(left));
        for (const char* id : {"1", "2", "3", "4", "5"}) accept(id);
        tell(event::everything_read{});
        actions();
        nobody_asks();
        actions();
    }
    // Ids, in the order in which they went.
    std::vector<std::string> run_for(milliseconds time) {
        std::vector<std::string> asked;
        for (const boot_time end = now + time; now < end && !has_stopped(); tick()) {
            if (batch == 0) continue;
            asked.push_back(sent_id);
            const bool is_good = GetParam().culprit != nullptr && sent_id != GetParam().culprit;
            is_good ? deliver() : answer(GetParam().status, "<h1>no</h1>");
            actions();
            commit();
        }
        return asked;
    }
    bool has_stopped() const { return !done.empty() && done.back() == "close_books"; }
};

TEST_P(drain_under_a_park, asks_with_three_before_it_ends_with_4) {
    begin_parked();
    const std::vector<std::string> asked = run_for(2min);
    ASSERT_TRUE(has_stopped());
    ASSERT_GE(asked.size(), 3U);
    EXPECT_EQ(asked.front(), "3");
    EXPECT_EQ((std::set<std::string>{asked.begin(), asked.begin() + 3}).size(), 3U);
    EXPECT_EQ(close().exit_code, GetParam().exit_code);
    EXPECT_EQ(ended.of_run.delivered, GetParam().delivered);
}

INSTANTIATE_TEST_SUITE_P(answers, drain_under_a_park,
                         ::testing::Values(park_probe_case{"culprit_404", "3", 404, 3, 4},
                                           park_probe_case{"culprit_500", "3", 500, 3, 4},
                                           park_probe_case{"all_404", nullptr, 404, 4, 0}),
                         [](const auto& of) { return std::string(of.param.label); });

TEST_F(engine_end_test, pause_ends_a_drain_with_4) {
    begin(endless);
    accept("1");
    tell(event::everything_read{});
    pause_is_read();
    actions();
    deliver_all(); // what went before it was known
    accept("2");
    tick();
    EXPECT_THAT(done, Contains("stop_reading"));
    EXPECT_EQ(close().exit_code, 4);
}

TEST_F(engine_end_test, drain_ends_with_4_after_its_deadline_or_ten_minutes_of_silence) {
    for (const auto& [patience, after] :
         {std::pair{drain_patience::until(3min), 3min}, {drain_patience::until({}), 10min}}) {
        begin_unpaused(patience);
        event::run_before held;
        held.hold_all_until = now + 24h;
        tell(std::move(held)); // nothing can be sent
        tell(event::frontiers_passed{});
        accept("1");
        tell(event::everything_read{});
        actions();
        now += after - 1s;
        EXPECT_THAT(actions(), Not(Contains("stop_reading")));
        tick();
        EXPECT_THAT(done, Contains("stop_reading"));
        EXPECT_EQ(close().exit_code, 4);
    }
}

TEST_F(engine_end_test, drain_that_may_send_no_more_ends_with_4_when_what_went_is_durable) {
    requests_max = 1;
    begin_unpaused(endless);
    accept("1");
    accept("2");
    tell(event::everything_read{});
    EXPECT_THAT(actions(), ElementsAre("send"));
    EXPECT_THAT(tick(), Not(Contains("stop_reading"))) << "it is under way";
    deliver();
    EXPECT_THAT(tick(), Not(Contains("stop_reading"))) << "it is not durable";
    commit();
    expect_the_end();
    EXPECT_EQ(close().exit_code, 4);
    EXPECT_EQ(ended.of_run.requests, 1U);
}

TEST_F(engine_end_test, drain_that_settled_all_with_its_last_request_is_done) {
    requests_max = 1;
    begin_drain_of_one();
    deliver();
    actions();
    commit();
    expect_the_end();
    EXPECT_EQ(close().exit_code, 0);
}

TEST_F(engine_end_test, delivery_begins_the_silence_anew) {
    begin_unpaused(drain_patience::until({}));
    accept("1");
    accept("2");
    tell(event::everything_read{});
    actions();
    now += 9min;
    deliver();
    actions();
    now += 9min;
    EXPECT_THAT(actions(), Not(Contains("stop_reading")));
}

TEST_F(engine_end_test, drain_ends_with_4_when_what_is_left_fails_without_a_control) {
    begin_drain_of_one();
    for (int i = 0; i < 2000 && done.back() != "close_books"; ++i) {
        if (batch != 0) answer(500, "oops");
        tick();
        commit();
    }
    const drain_end end = close();
    EXPECT_EQ(end.exit_code, 4);
    EXPECT_THAT(end.words, HasSubstr("nothing else is there to compare it"));
}

TEST_F(engine_end_test, signal_ends_a_run_with_0_and_a_drain_with_4_after_what_is_under_way) {
    for (const bool is_drain : {false, true}) {
        begin_unpaused(is_drain ? std::optional(endless) : std::nullopt);
        accept("1");
        actions();
        if (is_drain) tell(event::everything_read{});
        nobody_asks();
        actions();
        ASSERT_NE(batch, 0U);
        accept("2");
        tell(event::stop_wanted{});
        EXPECT_THAT(actions(), ElementsAre("stop_reading"));
        EXPECT_EQ(waits, boot_time::max()) << "it ticks no more";
        deliver();
        EXPECT_EQ(actions().back(), "close_books");
        EXPECT_EQ(close().exit_code, is_drain ? 4 : 0);
        EXPECT_TRUE(ended.status.stopping);
        EXPECT_EQ(ended.of_run.delivered, 1U);
    }
}

TEST_F(engine_end_test, second_signal_changes_nothing) {
    begin_unpaused();
    tell(event::stop_wanted{});
    actions();
    tell(event::stop_wanted{});
    EXPECT_THAT(actions(), ElementsAre("close_books"));
}

TEST_F(engine_end_test, failure_cuts_what_is_under_way_and_counts_also_after_a_stop) {
    begin_drain_of_one();
    tell(event::stop_wanted{});
    actions();
    tell(event::failed{"the disk fails"});
    EXPECT_THAT(actions(), ElementsAre("cut_connections"));
    const api_response cut;
    tell(event::answer_came{batch, cut});
    EXPECT_EQ(actions().back(), "close_books");
    const drain_end end = close();
    EXPECT_EQ(end.exit_code, 1);
    EXPECT_EQ(end.words, "the disk fails");
}

TEST_F(engine_end_test, failure_begins_the_stop) {
    begin_unpaused();
    tell(event::failed{"the disk fails"});
    EXPECT_THAT(actions(),
                ElementsAre("stop_reading", "cut_connections", "persist_day_count", "close_books"));
    EXPECT_EQ(close().exit_code, 1);
}

TEST_F(engine_end_test, what_of_the_day_was_asked_for_and_not_sent_is_given_back) {
    event::run_before left;
    left.requests_today = day_count{};
    core.reset();
    begin({}, std::move(left));
    tell(event::day_told{{wall_time((now + 24h).time_since_epoch()), now + 24h}});
    tell(event::stop_wanted{});
    std::vector<std::uint64_t> counts;
    for (action::any next = core->next(at_now(), true);
         !std::holds_alternative<action::close_books>(next); next = core->next(at_now(), true))
        if (const auto* const count = std::get_if<action::persist_day_count>(&next))
            counts.push_back(count->count.used);
    ASSERT_FALSE(counts.empty());
    EXPECT_EQ(counts.back(), 0U);
}

} // namespace
} // namespace hubspool
