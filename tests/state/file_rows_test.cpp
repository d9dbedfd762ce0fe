#include "state/coded_place.hpp"
#include "state/file_rows.hpp"
#include "state/state_rows_fixture.hpp"

#include <cerrno>
#include <limits>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class file_rows_test : public state_rows_fixture {
protected:
    void write(const std::vector<file_row>& files) { ASSERT_TRUE(works(write_files(db, files))); }
    static file_row settled_file(std::uint64_t number, std::int64_t ms) {
        file_row file = make_file(number);
        file.settled = at_ms(ms);
        return file;
    }
    static std::vector<std::uint64_t> numbers(const result<std::vector<file_row>>& files) {
        std::vector<std::uint64_t> found;
        EXPECT_TRUE(works(files));
        if (!files) return found;
        for (const file_row& file : *files) found.push_back(file.number);
        return found;
    }
};

TEST_F(file_rows_test, every_column_comes_back) {
    file_row file = make_file(12);
    file.lane = lane::bulk;
    file.name = "contacts\xFF \n.ndjson";
    file.stamp = 1'796'000'000'123;
    file.size = 77;
    file.mtime_ns = -5;
    file.watermark = {100, 7, 8, 2, file_format::inputs, {'\t', '\''}};
    file.counts = {5, 4, 2, 3};
    file.records_in = 11;
    file.keep_because = "it is damaged";
    file.claimed = at_ms(300);
    file.settled = at_ms(400);
    file.mismatches = 2;
    file.remark = "2 of its texts were mended";
    write({file});
    const auto found = value_of(find_file_row(db, file.name));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->number, 12U);
    EXPECT_EQ(found->lane, lane::bulk);
    EXPECT_EQ(found->name, file.name);
    EXPECT_EQ(found->stamp, file.stamp);
    EXPECT_EQ(found->size, 77U);
    EXPECT_EQ(found->mtime_ns, -5);
    EXPECT_EQ(found->watermark, file.watermark);
    EXPECT_EQ(found->counts, file.counts);
    EXPECT_EQ(found->records_in, 11U);
    EXPECT_EQ(found->keep_because, "it is damaged");
    EXPECT_EQ(found->claimed, at_ms(300));
    EXPECT_EQ(found->settled, at_ms(400));
    EXPECT_EQ(found->mismatches, 2U);
    EXPECT_EQ(found->remark, file.remark);
}

TEST_F(file_rows_test, what_is_not_known_yet_stays_unknown) {
    write({make_file(1)});
    const auto found = value_of(find_file_row(db, "contacts-1.ndjson"));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->records_in, std::nullopt);
    EXPECT_EQ(found->keep_because, std::nullopt);
    EXPECT_EQ(found->settled, std::nullopt);
}

TEST_F(file_rows_test, empty_reason_to_keep_it_is_a_reason) {
    file_row file = make_file(1);
    file.keep_because = "";
    write({file});
    EXPECT_EQ(value_of(find_file_row(db, file.name))->keep_because, "");
}

TEST_F(file_rows_test, those_from_a_number_on_come_with_all_unsettled_ones_in_order) {
    write(
        {settled_file(9, 1), settled_file(3, 1), make_file(2), settled_file(5, 1), make_file(12)});
    EXPECT_THAT(numbers(load_file_rows(db, 5)), ElementsAre(2, 5, 9, 12));
    EXPECT_THAT(numbers(load_file_rows(db, 0)), ElementsAre(2, 3, 5, 9, 12));
    EXPECT_THAT(numbers(load_file_rows(db, no_file)), ElementsAre(2, 12));
}

TEST_F(file_rows_test, done_ones_are_settled_since_and_not_kept_from_new_to_old) {
    file_row kept = settled_file(4, 500);
    kept.keep_because = "it is damaged";
    write({settled_file(1, 100), settled_file(2, 200), settled_file(3, 300), kept, make_file(5)});
    EXPECT_THAT(numbers(load_done_file_rows(db, at_ms(200), 10)), ElementsAre(3, 2));
    EXPECT_THAT(numbers(load_done_file_rows(db, at_ms(0), 2)), ElementsAre(3, 2));
    EXPECT_THAT(numbers(load_done_file_rows(db, at_ms(301), 10)), IsEmpty());
}

TEST_F(file_rows_test, newest_of_a_name_is_found_and_no_other_name) {
    file_row old = make_file(1);
    old.name = "same";
    file_row newer = make_file(8);
    newer.name = "same";
    write({newer, old});
    EXPECT_EQ(value_of(find_file_row(db, "same"))->number, 8U);
    EXPECT_EQ(value_of(find_file_row(db, "sam")), std::nullopt);
    EXPECT_EQ(value_of(find_file_row(db, "SAME")), std::nullopt);
}

TEST_F(file_rows_test, trim_takes_old_settled_ones_below_cur_in_steps) {
    write({settled_file(1, 100), settled_file(2, 100), settled_file(3, 100), settled_file(4, 900),
           make_file(5), settled_file(6, 100)});
    EXPECT_EQ(value_of(trim_files(db, at_ms(101), 6, 2)), 2U);
    EXPECT_EQ(value_of(trim_files(db, at_ms(101), 6, 2)), 1U);
    EXPECT_EQ(value_of(trim_files(db, at_ms(101), 6, 2)), 0U);
    EXPECT_THAT(numbers(load_file_rows(db, 0)), ElementsAre(4, 5, 6));
    // What was settled at that very moment stays.
    EXPECT_EQ(value_of(trim_files(db, at_ms(900), 6, 10)), 0U);
}

TEST_F(file_rows_test, lane_or_format_that_no_version_knows_is_damage) {
    write({make_file(1)});
    for (const char* const sql :
         {"UPDATE file SET lane = 2", "UPDATE file SET lane = 0, format = 6",
          "UPDATE file SET format = -1"}) {
        spoil(sql);
        const auto loaded = load_file_rows(db, 0);
        ASSERT_FALSE(loaded) << sql;
        EXPECT_EQ(loaded.error().code, EBADMSG) << sql;
        EXPECT_EQ(find_file_row(db, "contacts-1.ndjson").error().code, EBADMSG) << sql;
    }
}

TEST(coded_place, keeps_order_and_tells_the_end_of_a_file_from_all_else) {
    constexpr std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t place : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 62})
        EXPECT_EQ(place_of(coded_place(place)), place);
    EXPECT_EQ(place_of(coded_place(end)), end);
    EXPECT_LT(coded_place(std::uint64_t{1} << 62), coded_place(end));
}

} // namespace
} // namespace hubspool
