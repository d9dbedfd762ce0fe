// What is recorded in a span of time, summed by hours and told file by file.
#include "state/span_history.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr wall_time day_begins{std::chrono::hours(24 * 365 * 50)};

class span_history_test : public ::testing::Test {
protected:
    static batch_outcome ended_at(std::uint64_t batch, wall_time at, int status = 200) {
        batch_outcome outcome;
        outcome.batch = batch;
        outcome.inputs = 10;
        outcome.delivered = status == 200 ? 10 : 0;
        outcome.retried = status == 200 ? 0 : 10;
        outcome.http_status = status;
        outcome.duration_ms = 100;
        outcome.finished = at;
        return outcome;
    }
    static file_row settled_at(std::uint64_t number, std::optional<wall_time> at) {
        file_row row;
        row.number = number;
        row.name = "file-" + std::to_string(number);
        row.settled = at;
        return row;
    }
    void record(const std::vector<batch_outcome>& outcomes,
                const std::vector<file_row>& files = {}) const {
        commit_unit unit;
        unit.outcomes = outcomes;
        unit.files = files;
        auto store = state_store::open(dir_.path().string(), state_store::access::read_write);
        ASSERT_TRUE(store);
        ASSERT_TRUE((*store)->begin_run(1, "queue-a"));
        ASSERT_TRUE((*store)->commit(unit));
    }
    span_history opened() const {
        auto opened = span_history::open(dir_.path().string());
        if (!opened) throw std::runtime_error(opened.error().message);
        return std::move(*opened);
    }
    std::vector<hour_figures> hours(const time_span& span) const {
        std::vector<hour_figures> hours;
        EXPECT_TRUE(
            opened().visit_hours(span, [&](const hour_figures& hour) { hours.push_back(hour); }));
        return hours;
    }
    std::vector<std::uint64_t> files(const time_span& span, bool open_too) const {
        std::vector<std::uint64_t> numbers;
        EXPECT_TRUE(opened().visit_files(
            span, open_too, [&](const file_row& row) { numbers.push_back(row.number); }));
        return numbers;
    }

    temp_dir dir_;
};

TEST_F(span_history_test, batches_are_summed_by_the_hour_in_which_they_ended) {
    record({ended_at(1, day_begins), ended_at(2, day_begins + 59min),
            ended_at(3, day_begins + 60min, 503), ended_at(4, day_begins + 61min, 0)});
    const std::vector<hour_figures> found = hours({day_begins, day_begins + 24h});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0], (hour_figures{day_begins, 2, 0, 20, 20, 0, 0, 2, 200}));
    EXPECT_EQ(found[1], (hour_figures{day_begins + 1h, 2, 2, 20, 0, 20, 0, 1, 100}))
        << "one had no answer";
}

TEST_F(span_history_test, span_begins_with_its_first_moment_and_ends_before_its_last) {
    record({ended_at(1, day_begins - 1ms), ended_at(2, day_begins),
            ended_at(3, day_begins + 24h - 1ms), ended_at(4, day_begins + 24h)});
    std::uint64_t requests = 0;
    for (const hour_figures& hour : hours({day_begins, day_begins + 24h}))
        requests += hour.requests;
    EXPECT_EQ(requests, 2U);
}

TEST_F(span_history_test, what_was_no_request_is_none) {
    record({ended_at(0, day_begins)});
    EXPECT_THAT(hours({day_begins, day_begins + 24h}), IsEmpty());
}

TEST_F(span_history_test, files_are_those_settled_in_it_and_on_request_what_is_open) {
    record({}, {settled_at(1, day_begins - 1ms), settled_at(2, day_begins), settled_at(3, {}),
                settled_at(4, day_begins + 24h)});
    EXPECT_THAT(files({day_begins, day_begins + 24h}, false), ElementsAre(2U));
    EXPECT_THAT(files({day_begins, day_begins + 24h}, true), UnorderedElementsAre(2U, 3U));
}

TEST_F(span_history_test, name_of_a_file_is_empty_when_its_row_is_gone) {
    record({}, {settled_at(1, day_begins)});
    auto history = opened();
    EXPECT_EQ(*history.file_name(1), "file-1");
    EXPECT_EQ(*history.file_name(2), "");
}

TEST_F(span_history_test, without_a_state_there_is_none) {
    const auto none = span_history::open(dir_.file("nowhere"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ENOENT);
}

} // namespace
} // namespace hubspool
