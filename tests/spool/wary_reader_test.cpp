#include "spool/reader_fixture.hpp"
#include "spool/reading/wary_reader.hpp"
#include "support/random_rounds.hpp"

#include <random>

namespace hubspool {
namespace {

constexpr order_key wary_horizon{1'795'000'000'000, 1, 0}; // 2026-11-18

class wary_reader_test : public file_reader_test {
protected:
    // One line for each: whether the record is older than the horizon.
    static std::string records(const std::vector<bool>& late) {
        std::string bytes;
        for (std::size_t i = 0; i < late.size(); ++i) {
            bytes += "{\"objectId\":" + std::to_string(i);
            if (late[i]) bytes += R"(,"$hubspool":{"as_of":"2026-01-01T00:00:00Z"})";
            bytes += "}\n";
        }
        return bytes;
    }
    static std::string first_late(std::size_t late, std::size_t all) {
        std::vector<bool> which(all);
        std::fill_n(which.begin(), late, true);
        return records(which);
    }
    std::unique_ptr<file_reader> wary(const std::string& bytes,
                                      late_options late = {wary_horizon}) {
        return make_wary(open(write(bytes)), late);
    }
    static void expect_same(const outcome& got, const outcome& expected) {
        EXPECT_EQ(got.ids(), expected.ids());
        EXPECT_EQ(ledger(got), ledger(expected));
        ASSERT_EQ(got.blocks.size(), expected.blocks.size());
        for (std::size_t i = 0; i < got.blocks.size(); ++i) {
            EXPECT_EQ(got.blocks[i].from.offset, expected.blocks[i].from.offset) << i;
            EXPECT_EQ(got.blocks[i].to.offset, expected.blocks[i].to.offset) << i;
        }
        EXPECT_EQ(got.kept(), expected.kept());
        EXPECT_EQ(got.end.records_in, expected.end.records_in);
        EXPECT_EQ(got.end.size, expected.end.size);
    }
};

TEST_F(wary_reader_test, file_with_few_late_records_is_read_as_ever) {
    for (const auto& [late, all] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {0, 1}, {1, 1}, {50, 50}, {50, 900}, {0, 3000}}) {
        const std::string bytes = first_late(late, all);
        const outcome got = drain(*wary(bytes));
        expect_same(got, read(bytes));
    }
}

TEST_F(wary_reader_test, nothing_of_a_file_with_too_many_is_handed_on) {
    const std::string bytes = first_late(51, 1000);
    auto reader = wary(bytes);
    const outcome got = drain(*reader);
    EXPECT_TRUE(got.blocks.empty());
    EXPECT_THAT(got.kept(), HasSubstr("51 of its first 1000 records"));
    EXPECT_THAT(got.kept(), HasSubstr("begins at 2026-11-18T"));
    EXPECT_EQ(got.end.records_in, 0U);
    EXPECT_EQ(got.end.size, bytes.size());
    EXPECT_EQ(got.end.mtime_ns, reader->mtime_ns());
    EXPECT_EQ(reader->size(), bytes.size());
}

TEST_F(wary_reader_test, count_and_share_of_the_settings_hold) {
    const late_options few{wary_horizon, 3, 0.5};
    EXPECT_EQ(drain(*wary(first_late(3, 3), few)).ids().size(), 3U);
    EXPECT_TRUE(drain(*wary(first_late(4, 7), few)).blocks.empty());
    EXPECT_EQ(drain(*wary(first_late(4, 8), few)).ids().size(), 8U);
}

TEST_F(wary_reader_test, late_records_behind_the_first_thousand_refuse_nothing) {
    std::vector<bool> late(2500);
    std::fill(late.begin() + 1400, late.end(), true);
    EXPECT_EQ(drain(*wary(records(late))).ids().size(), 2500U);
}

TEST_F(wary_reader_test, it_is_always_where_the_next_block_begins) {
    auto reader = wary(first_late(30, 1500));
    std::uint64_t blocks = 0, expected = 0;
    while (true) {
        EXPECT_EQ(reader->at().offset, expected);
        const auto block = reader->next();
        if (!block) break;
        EXPECT_EQ(block->from.offset, expected);
        expected = block->to.offset;
        ++blocks;
    }
    EXPECT_GT(blocks, 20U);
}

// Whoever hunts a record that crashes the decoder must not crash on one that is read ahead.
TEST_F(wary_reader_test, hunt_for_a_record_that_crashes_reads_nothing_ahead) {
    const std::string bytes = first_late(200, 200);
    auto one_by_one = wary(bytes);
    one_by_one->set_block_bytes(1);
    const auto first = one_by_one->next();
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->records.size(), 1U);
    EXPECT_EQ(drain(*one_by_one).ids().size(), 199U) << "what is too late is told one by one";

    auto undecoded = wary(bytes);
    const auto skipped = undecoded->next_undecoded("it crashes");
    ASSERT_TRUE(skipped.has_value());
    EXPECT_TRUE(skipped->records.empty());
    ASSERT_FALSE(skipped->bad.empty());
    EXPECT_EQ(skipped->bad.front().reason, "it crashes");
    const outcome rest = drain(*undecoded);
    EXPECT_EQ(rest.ids().size() + skipped->bad.size(), 200U);
}

TEST_F(wary_reader_test, what_waits_already_is_handed_on_before_anything_undecoded) {
    auto reader = wary(first_late(0, 100));
    const auto first = reader->next();
    ASSERT_TRUE(first.has_value());
    const auto second = reader->next_undecoded("it crashes");
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->from.offset, first->to.offset);
    EXPECT_FALSE(second->records.empty()) << "it was decoded, and did not crash";
    EXPECT_TRUE(second->bad.empty());
}

TEST_F(wary_reader_test, bad_pieces_are_no_late_records_and_come_through) {
    std::string bytes = first_late(40, 40);
    for (int i = 0; i < 40; ++i) bytes += "nonsense\n";
    const outcome got = drain(*wary(bytes));
    EXPECT_EQ(got.ids().size(), 40U);
    EXPECT_EQ(got.bad().size(), 40U);
    expect_same(got, read(bytes));
}

TEST_F(wary_reader_test, random_files_are_whole_or_refused_as_they_say) {
    std::mt19937_64 random(7);
    for (int round = 0; round < testing::random_rounds(60); ++round) {
        std::vector<bool> late(random() % 1600);
        const std::uint64_t of_hundred = random() % 14;
        for (std::size_t i = 0; i < late.size(); ++i) late[i] = random() % 100 < of_hundred;
        const std::string bytes = records(late);
        const auto looked_at = std::min<std::size_t>(late.size(), late_share::records_looked_at);
        const auto count = static_cast<double>(
            std::count(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(looked_at), true));
        const bool refused = count > 50 && count > 0.05 * static_cast<double>(looked_at);
        const outcome got = drain(*wary(bytes));
        ASSERT_EQ(got.kept().empty(), !refused) << round << ": " << count << '/' << late.size();
        if (!refused) {
            expect_same(got, read(bytes));
            continue;
        }
        ASSERT_TRUE(got.blocks.empty());
    }
}

} // namespace
} // namespace hubspool
