#include "cli/queue_files.hpp"
#include "spool/queue_directory.hpp"
#include "spool/queue_names.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(queue_file, of_which_the_end_is_not_read_has_no_pending_count_and_its_rest_unread) {
    queue_file file;
    file.row.size = 1000;
    file.row.watermark.offset = 300;
    EXPECT_EQ(file.pending(), std::nullopt);
    EXPECT_EQ(file.unread_bytes(), 700U);
    file.row.watermark.offset = 2000; // it shrank
    EXPECT_EQ(file.unread_bytes(), 0U);
    file.is_plain = false;
    EXPECT_EQ(file.unread_bytes(), 1000U) << "the offset is one of its text";
}

TEST(queue_file, read_to_its_end_has_as_many_pending_as_have_no_fate) {
    queue_file file;
    file.row.size = 1000;
    file.row.records_in = 10;
    file.row.counts = {3, 2, 1};
    EXPECT_EQ(file.pending(), 4U);
    EXPECT_EQ(file.unread_bytes(), 0U);
    file.row.counts = {30, 0, 0}; // which is a fault, and no huge number
    EXPECT_EQ(file.pending(), 0U);
}

TEST(queue_file, is_balanced_as_long_as_nothing_contradicts) {
    queue_file file;
    EXPECT_TRUE(file.balanced()) << "nothing is known";
    file.row.records_in = 10;
    file.row.counts = {3, 2, 1};
    EXPECT_TRUE(file.balanced()) << "it is open";
    file.row.settled = wall_time{};
    EXPECT_FALSE(file.balanced()) << "settled, and four have no fate";
    file.row.counts = {7, 2, 1};
    EXPECT_TRUE(file.balanced());
    file.row.mismatches = 1;
    EXPECT_FALSE(file.balanced()) << "it disagreed once";
    file.row.mismatches = 0;
    file.row.settled.reset();
    file.row.counts = {8, 2, 1};
    EXPECT_FALSE(file.balanced()) << "more fates than records";
}

TEST(file_places, have_the_names_of_their_directories) {
    EXPECT_EQ(to_string(file_place::cur), "cur");
    EXPECT_EQ(to_string(file_place::done), "done");
    EXPECT_EQ(to_string(file_place::rejected), "rejected");
}

class merge_files_test : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = queue_directory::open({directory.file("queue"), milliseconds(0)});
        ASSERT_TRUE(made);
        queue_settings options;
        options.directory = directory.file("queue");
        auto opened = look_into_queue(options);
        ASSERT_TRUE(opened);
        queue = std::move(*opened);
    }
    void put_claim(std::uint64_t number) {
        const std::filesystem::path cur = directory.path() / "queue/cur/000000";
        std::filesystem::create_directories(cur);
        const claimed_file file{number, lane::bulk, "file", 0, {1'800'000'000'000, 0, number}};
        std::ofstream(cur / format_claimed_name(file)) << "{}";
    }
    static file_row row_of(std::uint64_t number, bool settled, bool kept = false) {
        file_row row;
        row.number = number;
        if (settled) row.settled = wall_time{};
        if (kept) row.keep_because = "why";
        return row;
    }
    std::vector<queue_file> merged(std::vector<file_row> rows) {
        auto files = merge_files(*queue, std::move(rows));
        EXPECT_TRUE(files);
        return files ? std::move(*files) : std::vector<queue_file>();
    }

    temp_dir directory;
    std::unique_ptr<queue_survey> queue;
};

TEST_F(merge_files_test, rows_and_claims_come_in_order_of_number_each_once) {
    for (const std::uint64_t number : {3U, 5U, 9U}) put_claim(number);
    const auto files = merged({row_of(7, true), row_of(5, false), row_of(1, true, true)});
    std::vector<std::uint64_t> numbers;
    for (const queue_file& file : files) numbers.push_back(file.row.number);
    EXPECT_THAT(numbers, ElementsAre(1, 3, 5, 7, 9));
    EXPECT_FALSE(files[1].known);
    EXPECT_EQ(files[1].row.lane, lane::bulk);
    EXPECT_EQ(files[1].row.size, 2U);
    EXPECT_TRUE(files[2].known);
}

TEST_F(merge_files_test, place_is_where_the_file_is_or_must_have_gone) {
    put_claim(1);
    put_claim(2);
    const auto files = merged({row_of(1, true), row_of(2, false), row_of(3, true),
                               row_of(4, true, true), row_of(5, false)});
    ASSERT_THAT(files, SizeIs(5));
    EXPECT_EQ(files[0].place, file_place::cur) << "settled, and not moved yet";
    EXPECT_EQ(files[1].place, file_place::cur);
    EXPECT_EQ(files[2].place, file_place::done);
    EXPECT_EQ(files[3].place, file_place::rejected);
    EXPECT_EQ(files[4].place, file_place::cur) << "it vanished before it was settled";
}

TEST_F(merge_files_test, each_claimed_file_is_visited_once) {
    for (std::uint64_t number = 1; number <= 20; ++number) put_claim(number);
    std::uint64_t next = 1;
    ASSERT_TRUE(
        each_claimed(*queue, [&](const claimed_file& file) { EXPECT_EQ(file.number, next++); }));
    EXPECT_EQ(next, 21U);
}

} // namespace
} // namespace hubspool
