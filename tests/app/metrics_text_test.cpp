#include "app/metrics/metrics_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time scraped{std::chrono::seconds(2'000'000)};

metric_facts facts_of(daemon_status told) {
    metric_facts facts;
    facts.now = scraped;
    facts.told = std::move(told);
    return facts;
}

// The value of one series; nothing: there is none.
std::optional<std::string> value_in(const std::string& text, const std::string& series) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with(series + ' ')) return line.substr(series.size() + 1);
    return std::nullopt;
}

std::optional<std::string> value_of(const metric_facts& facts, const std::string& series) {
    return value_in(metrics_text(facts), series);
}

TEST(metrics_text_test, version_is_told_whatever_else_is_known) {
    EXPECT_EQ(value_of({}, "hubspool_build_info{version=\"" HUBSPOOL_VERSION "\"}"), "1");
}

TEST(metrics_text_test, what_is_not_known_is_left_out) {
    const std::string text = metrics_text({});
    for (const char* family :
         {"hubspool_records", "hubspool_pending", "hubspool_parked", "hubspool_unreachable",
          "hubspool_dead_letters", "hubspool_waiting", "process_"})
        EXPECT_THAT(text, Not(HasSubstr(family)));
    const std::string bare = metrics_text(facts_of({}));
    for (const char* family : {"hubspool_rate_limit", "hubspool_daily", "hubspool_last_delivery",
                               "hubspool_connections", "hubspool_drain_eta"})
        EXPECT_THAT(bare, Not(HasSubstr(family)));
}

TEST(metrics_text_test, family_has_its_help_and_type) {
    metric_facts facts;
    facts.settled = totals{};
    EXPECT_THAT(metrics_text(facts),
                HasSubstr("# HELP hubspool_requests_total Requests that carried a batch.\n"
                          "# TYPE hubspool_requests_total counter\n"));
}

TEST(metrics_text_test, fates_are_those_of_all_runs) {
    metric_facts facts;
    facts.settled = totals{100, 1, 2, 3, 4, 5, 6, 7};
    const std::string text = metrics_text(facts);
    const std::string name = "hubspool_records_settled_total{fate=";
    EXPECT_EQ(value_in(text, name + "\"delivered\"}"), "1");
    EXPECT_EQ(value_in(text, name + "\"superseded\"}"), "2");
    EXPECT_EQ(value_in(text, name + "\"dead_lettered\"}"), "3");
    EXPECT_EQ(value_in(text, name + "\"unchanged\"}"), "5");
    EXPECT_EQ(value_in(text, "hubspool_requests_total"), "7");
}

TEST(metrics_text_test, age_is_that_at_the_scrape_and_0_with_nothing_pending) {
    daemon_status told;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_oldest_pending_seconds"), "0");
    told.pending.oldest = scraped - 61500ms;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_oldest_pending_seconds"), "61.5");
    told.pending.oldest = scraped + 1h;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_oldest_pending_seconds"), "0")
        << "the clock was set back";
}

TEST(metrics_text_test, each_reason_to_park_has_a_series) {
    metric_facts facts;
    facts.parked = {park_reason::quota};
    const std::string text = metrics_text(facts);
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        const auto reason = static_cast<park_reason>(i);
        EXPECT_EQ(
            value_in(text, "hubspool_parked{reason=\"" + std::string(to_string(reason)) + "\"}"),
            reason == park_reason::quota ? "1" : "0");
    }
}

TEST(metrics_text_test, use_of_the_window_ends_by_time_alone) {
    daemon_status told;
    told.rate_limit = 100;
    told.window = {25, {}};
    const std::string name = "hubspool_rate_limit_window_used_ratio";
    EXPECT_EQ(value_of(facts_of(told), name), "0.25");
    told.window->free_at = scraped + 1ms;
    EXPECT_EQ(value_of(facts_of(told), name), "0.25");
    told.window->free_at = scraped;
    EXPECT_EQ(value_of(facts_of(told), name), "0");
    told.rate_limit = 0;
    EXPECT_EQ(value_of(facts_of(told), name), std::nullopt) << "others use all of it";
}

TEST(metrics_text_test, requests_of_a_day_are_told_until_its_end) {
    daemon_status told;
    told.today = {10, 11, {}, scraped + 1ms};
    EXPECT_EQ(value_of(facts_of(told), "hubspool_daily_requests{kind=\"used\"}"), "10");
    EXPECT_EQ(value_of(facts_of(told), "hubspool_daily_requests{kind=\"allowed\"}"), "11");
    EXPECT_EQ(value_of(facts_of(told), "hubspool_daily_requests{kind=\"account_remaining\"}"),
              std::nullopt);
    told.today->ends = scraped;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_daily_requests{kind=\"used\"}"), std::nullopt);
}

TEST(metrics_text_test, buckets_of_the_histogram_are_cumulative_and_end_at_infinity) {
    daemon_status told;
    told.run.sent.times.counts = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4};
    told.run.sent.answered_ms = 12500;
    const std::string text = metrics_text(facts_of(told));
    const std::string name = "hubspool_batch_duration_seconds_bucket{le=";
    EXPECT_EQ(value_in(text, name + "\"0.05\"}"), "1");
    EXPECT_EQ(value_in(text, name + "\"0.1\"}"), "3");
    EXPECT_EQ(value_in(text, name + "\"51.2\"}"), "3");
    EXPECT_EQ(value_in(text, name + "\"+Inf\"}"), "7");
    EXPECT_EQ(value_in(text, "hubspool_batch_duration_seconds_count"), "7");
    EXPECT_EQ(value_in(text, "hubspool_batch_duration_seconds_sum"), "12.5");
}

TEST(metrics_text_test, unreachable_is_an_open_breaker_and_its_probe) {
    daemon_status told;
    told.breaker = breaker_state::doubtful;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_unreachable"), "0");
    told.breaker = breaker_state::probing;
    EXPECT_EQ(value_of(facts_of(told), "hubspool_unreachable"), "1");
}

TEST(metrics_text_test, rest_of_a_drain_shrinks_until_it_is_looked_at_again) {
    metric_facts facts;
    facts.now = scraped;
    facts.queue.emplace();
    EXPECT_EQ(value_of(facts, "hubspool_drain_eta_seconds"), std::nullopt);
    facts.queue->drained_at = scraped + 90s;
    EXPECT_EQ(value_of(facts, "hubspool_drain_eta_seconds"), "90");
    facts.queue->drained_at = scraped - 1s;
    EXPECT_EQ(value_of(facts, "hubspool_drain_eta_seconds"), "0");
}

TEST(metrics_text_test, look_into_the_queue_is_told_figure_by_figure) {
    metric_facts facts;
    facts.queue = queue_figures{1, 2, 3, 4, 5, 6, 7, {}};
    const std::string text = metrics_text(facts);
    EXPECT_EQ(value_in(text, "hubspool_waiting_files"), "1");
    EXPECT_EQ(value_in(text, "hubspool_waiting_bytes"), "2");
    EXPECT_EQ(value_in(text, "hubspool_unread_bytes"), "3");
    EXPECT_EQ(value_in(text, "hubspool_open_files"), "4");
    EXPECT_EQ(value_in(text, "hubspool_rejected_files"), "5");
    EXPECT_EQ(value_in(text, "hubspool_queue_free_bytes"), "6");
    EXPECT_EQ(value_in(text, "hubspool_dead_letters"), "7");
}

} // namespace
} // namespace hubspool
