#include "cli/health/queue_look.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

constexpr wall_time looked{std::chrono::seconds(2'000'000)};

TEST(queue_look_test, figures_are_those_of_the_report) {
    status_report report;
    report.waiting = {1, 2};
    report.unread = {3, 4};
    report.open_files = 5;
    report.rejected = 6;
    report.free_bytes = 7;
    report.books.letters.open = 8;
    const queue_figures figures = queue_figures_of(report, looked);
    EXPECT_EQ(figures.waiting_files, 1U);
    EXPECT_EQ(figures.waiting_bytes, 2U);
    EXPECT_EQ(figures.unread_bytes, 4U);
    EXPECT_EQ(figures.open_files, 5U);
    EXPECT_EQ(figures.rejected_files, 6U);
    EXPECT_EQ(figures.free_bytes, 7U);
    EXPECT_EQ(figures.open_letters, 8U);
}

TEST(queue_look_test, end_of_sending_is_told_only_while_it_goes_on) {
    status_report report;
    EXPECT_FALSE(queue_figures_of(report, looked).drained_at);
    report.sending_takes = 90s;
    EXPECT_FALSE(queue_figures_of(report, looked).drained_at) << "it stands still";
    report.flows = true;
    EXPECT_EQ(queue_figures_of(report, looked).drained_at, looked + 90s);
}

TEST(queue_look_test, survey_of_a_queue_that_is_not_there_says_why) {
    settings options;
    options.queue.directory = "/nonexistent/queue";
    options.state.directory = "/nonexistent/state";
    const result<queue_figures> looked_at = make_queue_survey(options)();
    ASSERT_FALSE(static_cast<bool>(looked_at));
    EXPECT_NE(looked_at.error().message.find("/nonexistent/queue"), std::string::npos);
}

} // namespace
} // namespace hubspool
