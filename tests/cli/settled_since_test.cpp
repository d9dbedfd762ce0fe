#include "cli/drain/settled_since.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

file_row row(std::uint64_t number, fate_counts counts, bool settled = false) {
    file_row row;
    row.number = number;
    row.counts = counts;
    if (settled) row.settled = wall_time(std::chrono::hours(1));
    return row;
}

file_row rejected(file_row row) {
    row.settled = wall_time(std::chrono::hours(1));
    row.keep_because = "it has 2 links";
    return row;
}

} // namespace

TEST(count_settled_since, only_what_came_after_the_call_is_counted) {
    const auto since = count_settled_since({{1, row(1, {5, 3, 1})}}, {row(1, {7, 4, 2})}, 1, 9);
    EXPECT_EQ(since.counts, (fate_counts{2, 1, 1}));
    EXPECT_EQ(since.rejected_files, 0U);
}

TEST(count_settled_since, file_that_had_no_row_then_counts_as_a_whole) {
    EXPECT_EQ(count_settled_since({}, {row(4, {2, 3, 4}), row(5, {1, 0, 0})}, 1, 9).counts,
              (fate_counts{3, 3, 4}));
}

TEST(count_settled_since, files_before_and_behind_those_of_the_call_are_left_out) {
    const std::vector<file_row> now{row(2, {1, 0, 0}), row(3, {10, 0, 0}), row(5, {20, 0, 0}),
                                    row(6, {1, 0, 0}), rejected(row(7, {}))};
    const auto since = count_settled_since({}, now, 3, 5);
    EXPECT_EQ(since.counts.delivered, 30U);
    EXPECT_EQ(since.rejected_files, 0U);
}

TEST(count_settled_since, file_that_was_rejected_before_the_call_is_not_told_again) {
    const file_row before = rejected(row(1, {}));
    EXPECT_EQ(
        count_settled_since({{1, before}}, {before, rejected(row(2, {}))}, 1, 9).rejected_files,
        1U);
}

TEST(count_settled_since, file_that_is_kept_but_not_settled_yet_is_not_rejected_yet) {
    file_row open = rejected(row(1, {}));
    open.settled.reset();
    EXPECT_EQ(count_settled_since({}, {open}, 1, 9).rejected_files, 0U);
}

TEST(count_settled_since, counts_that_fell_add_nothing) {
    EXPECT_EQ(count_settled_since({{1, row(1, {5, 5, 5})}}, {row(1, {1, 1, 1})}, 1, 9).counts,
              fate_counts());
}

} // namespace hubspool
