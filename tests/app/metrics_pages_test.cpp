// What the pages say, with threads of the test's own that answer or do not.
#include "app/metrics/metrics_pages.hpp"
#include "base/clocks.hpp"
#include "support/captured_log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class metrics_pages_test : public ::testing::Test {
protected:
    page get(const std::string& path) {
        page made;
        boost::asio::co_spawn(
            loop_,
            [&]() -> boost::asio::awaitable<void> {
                page_request asked; // g++ 12 frees a temporary here twice
                asked.path = path;
                made = co_await pages_->make(std::move(asked));
            },
            boost::asio::detached);
        loop_.run();
        loop_.restart();
        return made;
    }
    void survey_gives(result<queue_figures> found) {
        pages_.emplace(loop_, metrics_settings{}, [this, found] {
            ++surveys_;
            return found;
        });
    }

    boost::asio::io_context loop_{1};
    std::optional<metrics_pages> pages_{std::in_place, loop_, metrics_settings{},
                                        queue_survey_maker{}};
    int surveys_ = 0;
};

TEST_F(metrics_pages_test, other_paths_are_not_there) {
    for (const char* path : {"/", "/metrics/", "/Metrics", "/../etc/passwd", ""})
        EXPECT_EQ(get(path).status, 404) << path;
}

TEST_F(metrics_pages_test, daemon_that_starts_is_healthy_and_not_ready) {
    EXPECT_EQ(get("/healthz").status, 200);
    const page ready = get("/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.content_type, "application/json");
    EXPECT_EQ(ready.body, "{\"ready\":false,\"reasons\":[{\"code\":\"starting\",\"words\":"
                          "\"it starts: nothing is sent yet\"}]}\n");
}

TEST_F(metrics_pages_test, daemon_that_sends_is_ready) {
    pages_->tell({});
    EXPECT_EQ(get("/readyz").status, 200);
    EXPECT_EQ(get("/readyz").body, "{\"ready\":true,\"reasons\":[]}\n");
}

TEST_F(metrics_pages_test, park_recovery_age_and_stop_are_not_ready) {
    const auto is_not_ready = [&](const daemon_status& told, const char* code) {
        pages_->tell(told);
        EXPECT_EQ(get("/readyz").status, 503) << code;
        EXPECT_THAT(get("/readyz").body, HasSubstr(code));
    };
    daemon_status parked, recovering, unreachable, old;
    parked.parks = {{park_reason::quota, {}, "spent", {}}};
    is_not_ready(parked, "parked");
    recovering.recovering = true;
    is_not_ready(recovering, "recovering");
    unreachable.breaker = breaker_state::open;
    is_not_ready(unreachable, "unreachable");
    old.pending.oldest = wall_now() - 61min; // metrics.ready_age_max is 1h
    is_not_ready(old, "old");
    pages_->stopping();
    is_not_ready({}, "stopping");
}

TEST_F(metrics_pages_test, counters_go_on_where_the_run_before_has_ended) {
    totals before;
    before.delivered = 1000;
    before.requests = 10;
    pages_->settled_before(before);
    daemon_status told;
    told.run.delivered = 5;
    told.run.requests = 1;
    pages_->tell(told);
    const page metrics = get("/metrics");
    EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(metrics.body, HasSubstr("{fate=\"delivered\"} 1005\n"));
    EXPECT_THAT(metrics.body, HasSubstr("hubspool_requests_total 11\n"));
}

TEST_F(metrics_pages_test, queue_is_looked_at_once_for_scrapes_that_follow_each_other) {
    queue_figures figures;
    figures.open_letters = 4;
    survey_gives(figures);
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(get("/metrics").body, HasSubstr("hubspool_dead_letters 4\n"));
    EXPECT_EQ(surveys_, 1);
}

TEST_F(metrics_pages_test, queue_that_cannot_be_looked_at_is_left_out_and_logged) {
    survey_gives(failure{"no such directory"});
    page metrics;
    EXPECT_THAT(testing::said_while([&] { metrics = get("/metrics"); }),
                HasSubstr("the metrics leave out the queue's figures: no such directory"));
    EXPECT_THAT(metrics.body, Not(HasSubstr("hubspool_dead_letters")));
    EXPECT_THAT(metrics.body, HasSubstr("hubspool_build_info"));
}

TEST_F(metrics_pages_test, threads_that_answer_are_healthy_and_asked_once_a_question) {
    int asked = 0;
    pages_->watch("loop", [&](const std::function<void()>& answer) {
        ++asked;
        answer();
    });
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(get("/healthz").body, "{\"healthy\":true,\"reasons\":[],\"threads\":{\"loop\":"
                                    "{\"silent_ms\":0}}}\n");
    EXPECT_EQ(asked, 2);
}

TEST_F(metrics_pages_test, thread_that_is_only_slow_is_healthy_and_not_asked_twice) {
    int asked = 0;
    pages_->watch("state", [&](const std::function<void()>&) { ++asked; });
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(asked, 1);
}

TEST(thread_pulse_test, silence_is_counted_from_the_first_question_until_the_answer) {
    boost::asio::io_context own(1);
    std::function<void()> held;
    thread_pulse pulse(own, "intake",
                       [&](std::function<void()> answer) { held = std::move(answer); });
    constexpr boot_time first{1000s};
    EXPECT_EQ(pulse.silent(first), 0ms);
    pulse.ask(first);
    pulse.ask(first + 20s);
    EXPECT_EQ(pulse.silent(first + 31s), 31s);
    EXPECT_GT(pulse.silent(first + 31s), metrics_pages::stuck_after);
    held();
    own.run();
    EXPECT_EQ(pulse.silent(first + 32s), 0ms);
}

} // namespace
} // namespace hubspool
