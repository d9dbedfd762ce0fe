#include "core/reading/frontier_lead.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

constexpr std::uint64_t mib = 1U << 20;
constexpr std::uint64_t ahead = frontier_lead::bytes_ahead;
constexpr std::uint64_t numbers = frontier_lead::numbers_ahead;

// Files 2, 3, ... of these sizes wait behind file 1.
reading_list waiting(const std::vector<std::uint64_t>& sizes, std::size_t page_max = 50000) {
    std::vector<claimed_file> files;
    for (const std::uint64_t size : sizes)
        files.push_back({files.size() + 2, lane::live, "a", size});
    reading_list list;
    list.take_page(std::move(files), page_max);
    return list;
}

} // namespace

TEST(frontier_lead, one_asking_covers_all_that_waits_and_some_numbers_more) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting({1, 2, 3})), end_of_file(4 + numbers));
    EXPECT_EQ(lead.large_files_above(), 4 + numbers);
    for (std::uint64_t file = 1; file < 4 + numbers / 2; ++file)
        EXPECT_EQ(lead.ask({file, 10}, 100, waiting({})), std::nullopt) << file;
}

TEST(frontier_lead, more_is_asked_for_when_half_of_the_numbers_are_used) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting({})), end_of_file(1 + numbers));
    const std::uint64_t half = 1 + numbers / 2;
    EXPECT_EQ(lead.ask({half, 10}, 100, waiting({})), end_of_file(half + numbers));
}

TEST(frontier_lead, large_file_is_covered_piece_by_piece) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, mib}, 3 * ahead, waiting({})), (arrival{1, mib + ahead}));
    EXPECT_EQ(lead.large_files_above(), 0U) << "no number was promised";
    EXPECT_EQ(lead.ask({1, ahead}, 3 * ahead, waiting({})), std::nullopt);
    EXPECT_EQ(lead.ask({1, 2 * ahead}, 3 * ahead, waiting({})), end_of_file(1 + numbers));
}

TEST(frontier_lead, does_not_run_ahead_over_much_that_is_unread) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting({mib, ahead, 1})), end_of_file(2));
    EXPECT_EQ(lead.large_files_above(), 2U);
}

TEST(frontier_lead, does_not_run_ahead_over_very_many_files) {
    frontier_lead lead;
    const std::vector<std::uint64_t> sizes(frontier_lead::files_ahead + 1, 1);
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting(sizes)), end_of_file(1 + frontier_lead::files_ahead));
}

TEST(frontier_lead, promises_no_numbers_while_cur_holds_files_whose_names_are_not_known) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting({1, 1}, 2)), end_of_file(3));
}

TEST(frontier_lead, large_files_stay_above_what_was_promised_before) {
    frontier_lead lead;
    EXPECT_EQ(lead.ask({1, 10}, 100, waiting({})), end_of_file(1 + numbers));
    EXPECT_EQ(lead.ask({40, 10}, 100, waiting({ahead})), std::nullopt);
    EXPECT_EQ(lead.large_files_above(), 1 + numbers);
}

} // namespace hubspool
