#include "cli/health/health_report.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr wall_time judged_at{std::chrono::seconds(2'000'000)};
const age_limits an_hour_at_most{5min, 1h};

class health_report_test : public ::testing::Test {
protected:
    health_report judge() const {
        return judge_health(
            report_, an_hour_at_most,
            [this](wall_time came) {
                return file_came_ && *file_came_ <= came ? std::uint64_t{3} : 0;
            },
            judged_at);
    }
    daemon_status& runs() {
        report_.daemon.emplace();
        return report_.daemon->status.emplace();
    }

    status_report report_;
    std::optional<wall_time> file_came_; // in new/ or bulk/
};

TEST_F(health_report_test, daemon_with_nothing_to_do_is_well) {
    runs();
    EXPECT_EQ(judge().level, health_level::ok);
    EXPECT_EQ(health_text(judge()), "ok: nothing is pending\n");
    EXPECT_EQ(health_nagios(judge(), an_hour_at_most),
              "HUBSPOOL OK - nothing is pending | age=0s;300;3600;0 pending=0;;;0 unread=0B;;;0 "
              "dead_letters=0;;;0\n");
}

TEST_F(health_report_test, age_of_a_change_warns_and_then_is_critical) {
    daemon_status& told = runs();
    told.pending.records = 7;
    told.pending.oldest = judged_at - 5min;
    EXPECT_EQ(judge().level, health_level::ok);
    EXPECT_EQ(health_text(judge()), "ok: 7 records are pending, the oldest for 5m\n");
    told.pending.oldest = judged_at - 6min;
    EXPECT_EQ(judge().level, health_level::warning);
    told.pending.oldest = judged_at - 61min;
    EXPECT_EQ(judge().level, health_level::critical);
    EXPECT_THAT(health_nagios(judge(), an_hour_at_most), HasSubstr("| age=3660s;300;3600;0 "));
}

TEST_F(health_report_test, each_finding_has_a_line_the_worst_first) {
    daemon_status& told = runs();
    told.recovering = true;
    told.parks = {{park_reason::quota, judged_at - 1min, "spent", {}}};
    report_.stuck = "its process is stopped";
    EXPECT_EQ(health_text(judge()), "critical: its process is stopped\n"
                                    "critical: parked (quota) for 1m: spent\n"
                                    "warning: what an earlier run had read is read again, before "
                                    "anything is sent\n");
}

TEST_F(health_report_test, daemon_that_starts_is_a_warning) {
    report_.daemon.emplace();
    EXPECT_EQ(judge().level, health_level::warning);
    EXPECT_THAT(health_json(judge()), HasSubstr("\"code\":\"starting\""));
    EXPECT_THAT(health_json(judge()), HasSubstr("\"pending_records\":null"));
}

TEST_F(health_report_test, queue_that_nothing_works_on_is_judged_by_its_files) {
    EXPECT_EQ(health_text(judge()), "ok: nothing runs, and nothing waits for too long\n");
    file_came_ = judged_at - 10min;
    EXPECT_EQ(health_text(judge()),
              "warning: 3 file(s) wait in new/ and bulk/ for longer than 5m, and nothing runs\n");
    file_came_ = judged_at - 2h;
    EXPECT_EQ(judge().level, health_level::critical);
    file_came_.reset();
    report_.oldest = judged_at - 2h;
    EXPECT_EQ(judge().level, health_level::critical);
}

TEST_F(health_report_test, files_that_wait_beside_a_daemon_are_its_matter) {
    runs();
    file_came_ = judged_at - 2h;
    report_.oldest = judged_at - 2h;
    EXPECT_EQ(judge().level, health_level::ok);
}

TEST_F(health_report_test, park_that_the_last_run_left_is_critical_while_nothing_runs) {
    park_row left;
    left.reason = park_reason::unauthorized;
    left.since = judged_at - 90s;
    left.words = "refused";
    report_.books.meta.parks = {left};
    EXPECT_EQ(health_text(judge()), "critical: parked (unauthorized) for 1m 30s: refused\n");
}

TEST_F(health_report_test, words_of_others_neither_end_the_line_of_nagios_nor_begin_its_data) {
    runs().parks = {{park_reason::forbidden, judged_at, "a|b\nc", {}}};
    EXPECT_THAT(health_nagios(judge(), an_hour_at_most), HasSubstr(": a/b c | age="));
}

TEST_F(health_report_test, facts_tell_parks_by_the_state_and_fates_of_all_runs) {
    EXPECT_FALSE(metric_facts_of(report_, nullptr, judged_at).settled) << "there is no state";
    report_.has_state = true;
    report_.books.meta.totals.delivered = 9;
    report_.books.meta.parks.resize(1);
    report_.books.meta.parks[0].reason = park_reason::quota;
    const metric_facts facts = metric_facts_of(report_, nullptr, judged_at);
    EXPECT_EQ(facts.settled->delivered, 9U);
    EXPECT_THAT(*facts.parked, ElementsAre(park_reason::quota));
    EXPECT_FALSE(facts.told);
    EXPECT_TRUE(facts.queue);
    EXPECT_FALSE(facts.process) << "that of a command is nobody's matter";
}

} // namespace
} // namespace hubspool
