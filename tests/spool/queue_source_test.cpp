#include "spool/queue_fixture.hpp"
#include "spool/queue_source.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/resource.h>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class queue_source_test : public queue_fixture {
protected:
    // Nothing gets quiet within a test: only what was announced may be claimed.
    static constexpr milliseconds quiet = 1h;

    std::unique_ptr<queue_source> open_source(const order_key& horizon = {}) {
        file_reader_options reading;
        reading.quiet_period = quiet;
        auto source = queue_source::open(*queue_, reading, {horizon, 3, 0.5});
        if (!source) throw std::runtime_error(source.error().message);
        return std::move(*source);
    }
    claimed_file claim(const std::string& name, const std::string& content) {
        put("new", name, content);
        source_->wait(0ms);
        until_next_tick();
        auto found = source_->scan(next_, 0);
        if (found.claimed.size() != 1) throw std::runtime_error("not claimed: " + name);
        return found.claimed.front();
    }
    failed_opening refusal(const claimed_file& file, const read_point& from = {}) {
        const opening opened = source_->open({file, from}, [] { return true; });
        const auto* const failed = std::get_if<failed_opening>(&opened);
        return failed ? *failed : failed_opening{opening_obstacle::of_file, "it was opened", {}};
    }
    std::filesystem::path path_of(const claimed_file& file) const {
        return at("cur/000000") / ("0000000000000000000" + std::to_string(file.number) +
                                   "-2000000000000-live-" + file.name);
    }

    std::unique_ptr<queue_directory> queue_ = open(quiet);
    std::unique_ptr<queue_source> source_ = open_source();
};

TEST_F(queue_source_test, file_whose_rename_was_seen_needs_no_quiet_period) {
    EXPECT_EQ(claim("a", "{}").number, 1U);
    std::ofstream(at("new/b")) << "{}"; // written in place: nobody says when it is whole
    source_->wait(0ms);
    until_next_tick();
    const scan_result later = source_->scan(next_, 0);
    EXPECT_THAT(later.claimed, IsEmpty());
    EXPECT_TRUE(later.again_after);
}

TEST_F(queue_source_test, name_that_was_claimed_is_not_announced_for_the_next_file_of_that_name) {
    claim("a", "{}");
    std::ofstream(at("new/a")) << "{}";
    until_next_tick();
    EXPECT_THAT(source_->scan(next_, 0).claimed, IsEmpty());
}

TEST_F(queue_source_test, large_file_gets_a_number_above_those_that_were_promised) {
    claim("a", "{}");
    EXPECT_EQ(next_.number, 2U);
    put("new", "b", std::string(::hubspool::queue_scan::large_file_bytes + 1, ' '));
    source_->wait(0ms);
    until_next_tick();
    EXPECT_EQ(source_->scan(next_, 70).claimed.at(0).number, 71U);
}

TEST_F(queue_source_test, file_whose_as_of_is_no_time_is_refused_for_good) {
    const failed_opening refused = refusal(claim("export.as_of=yesterday.ndjson", "{}"));
    EXPECT_EQ(refused.obstacle, opening_obstacle::of_file);
    EXPECT_THAT(refused.why, ::testing::HasSubstr("as_of=yesterday.ndjson"));
    EXPECT_EQ(refusal(claim("export.as_of=20261130T010000Z.ndjson", "{}")).why, "it was opened");
}

// Else an export that is too old makes a dead letter of each of its records.
TEST_F(queue_source_test, scenario_52_file_whose_as_of_lies_below_the_horizon_is_refused) {
    source_ = open_source({1'796'000'400'000, 7, 0}); // 2026-11-30T01:00:00Z
    const failed_opening refused = refusal(claim("a.as_of=20261130T005959Z.ndjson", "{}"));
    EXPECT_EQ(refused.obstacle, opening_obstacle::of_file);
    EXPECT_THAT(refused.why, HasSubstr("begins at 2026-11-30T01:00:00.000Z"));
    EXPECT_THAT(refused.why, HasSubstr("take as_of= out"));
    EXPECT_EQ(refusal(claim("b.as_of=20261130T010001Z.ndjson", "{}")).why, "it was opened");
    EXPECT_EQ(refusal(claim("without.ndjson", "{}")).why, "it was opened");
    // What has been begun goes on: some of it has its fate.
    const claimed_file begun = claim("c.as_of=20261130T005959Z.ndjson", "{} {}");
    EXPECT_EQ(refusal(begun, {2, 1}).why, "it was opened");
}

// Else its records would count as of now, and undo what is newer than they are.
TEST_F(queue_source_test, scenario_49_replay_without_its_base_is_refused) {
    const failed_opening refused = refusal(claim("replay_of=1796000400000.1.a", "{}"));
    EXPECT_EQ(refused.obstacle, opening_obstacle::of_file);
    EXPECT_THAT(refused.why, HasSubstr("only `hubspool replay` gives such names"));
    EXPECT_EQ(refusal(claim("replay_of=1700000000000.1.a", "{}")).why, "it was opened");
}

TEST_F(queue_source_test, replay_of_what_lies_below_the_horizon_is_refused) {
    source_ = open_source({1'600'000'000'000, 7, 0});
    claim("a", "{}");
    EXPECT_THAT(refusal(claim("replay_of=1599999999999.1.a", "{}")).why,
                HasSubstr("replay it with --as-newest"));
    EXPECT_EQ(refusal(claim("replay_of=1600000000001.1.a", "{}")).why, "it was opened");
}

// The as_of of the wrong year.
TEST_F(queue_source_test, scenario_52_file_of_which_too_many_records_are_too_late_is_refused) {
    source_ = open_source({1'796'000'400'000, 7, 0}); // 2026-11-30T01:00:00Z
    const std::string late = R"({"objectId":1,"$hubspool":{"as_of":"2025-11-30T01:00:00Z"}})";
    const std::string retried = R"({"objectId":1,"$hubspool":{"order":"1796000399999.1.0"}})";
    const std::string good = R"({"objectId":2})";
    const auto file_of = [&](int many_late, int many_good) {
        std::string content;
        for (int i = 0; i < many_good; ++i) content += good + '\n';
        for (int i = 0; i < many_late; ++i) content += (i % 2 == 0 ? late : retried) + '\n';
        return content;
    };
    const auto read = [&](const std::string& name, const std::string& content,
                          std::uint64_t& records) {
        opening opened = source_->open({claim(name, content), {}}, [] { return true; });
        auto& reader = *std::get<std::unique_ptr<file_reader>>(opened);
        reader.set_block_bytes(200);
        for (records = 0; const auto block = reader.next();) records += block->records.size();
        return reader.end();
    };
    std::uint64_t records = 0;
    const file_end refused = read("a", file_of(4, 3), records);
    EXPECT_EQ(records, 0U);
    EXPECT_EQ(refused.records_in, 0U);
    ASSERT_TRUE(refused.keep_because);
    EXPECT_THAT(*refused.keep_because, HasSubstr("4 of its first 7 records"));
    EXPECT_THAT(*refused.keep_because, HasSubstr("Nothing of it was sent"));
    // Few enough, or a small part: each is a dead letter of its own.
    for (const auto& [many_late, many_good] : {std::pair(3, 0), std::pair(4, 4)}) {
        const file_end end =
            read("b" + std::to_string(many_good), file_of(many_late, many_good), records);
        EXPECT_FALSE(end.keep_because);
        EXPECT_EQ(records, end.records_in);
        EXPECT_EQ(static_cast<int>(records), many_late + many_good);
    }
}

// Who hunts a record that crashes the decoder asks for one record first.
TEST_F(queue_source_test, of_a_file_that_is_read_one_by_one_nothing_is_read_ahead) {
    source_ = open_source({1'796'000'400'000, 7, 0});
    std::string content;
    for (int i = 0; i < 10; ++i) content += "{\"objectId\":1,\"$hubspool\":{\"as_of\":1000}}\n";
    opening opened = source_->open({claim("a", content), {}}, [] { return true; });
    auto& reader = *std::get<std::unique_ptr<file_reader>>(opened);
    reader.set_block_bytes(1);
    reader.set_block_bytes(200);
    const auto first = reader.next();
    ASSERT_TRUE(first);
    EXPECT_EQ(reader.at().offset, first->to.offset);
}

TEST_F(queue_source_test, opened_file_gives_its_records_and_how_it_ended) {
    const claimed_file file = claim("a", "{\"objectId\":1}\n{\"objectId\":2}\n");
    opening opened = source_->open({file, {}}, [] { return true; });
    auto* const reader = std::get_if<std::unique_ptr<file_reader>>(&opened);
    ASSERT_NE(reader, nullptr);
    const auto block = (*reader)->next();
    ASSERT_TRUE(block);
    EXPECT_EQ(block->records.size(), 2U);
    EXPECT_EQ(block->file, file.number);
    EXPECT_FALSE((*reader)->next());
    EXPECT_EQ((*reader)->end().records_in, 2U);
}

TEST_F(queue_source_test, reader_asks_whether_to_keep_on) {
    const claimed_file file =
        claim("a", std::string(std::size_t{1} << 20, ' ') + "{\"objectId\":1}");
    opening opened = source_->open({file, {}}, [] { return false; });
    auto* const reader = std::get_if<std::unique_ptr<file_reader>>(&opened);
    ASSERT_NE(reader, nullptr);
    EXPECT_FALSE((*reader)->next());
    EXPECT_EQ((*reader)->end().records_in, 0U);
}

TEST_F(queue_source_test, scenario_28_second_link_may_go_away_within_a_quiet_period) {
    const claimed_file file = claim("a", "{}");
    std::filesystem::create_hard_link(path_of(file), at("tmp/a"));
    const failed_opening failed = refusal(file);
    EXPECT_EQ(failed.obstacle, opening_obstacle::links);
    EXPECT_THAT(failed.why, HasSubstr("2 links"));
    EXPECT_GT(failed.patience, quiet - 1min);
    EXPECT_LE(failed.patience, quiet);
}

TEST_F(queue_source_test, lease_ends_when_the_kernel_ends_it) {
    const claimed_file file = claim("a", "{}");
    const int held = ::open(path_of(file).c_str(), O_RDWR | O_CLOEXEC);
    const auto before = ::signal(SIGIO, SIG_IGN); // what asks the holder to let go
    if (::fcntl(held, F_SETLEASE, F_WRLCK) != 0) GTEST_SKIP() << "no leases on this file system";
    const failed_opening failed = refusal(file);
    EXPECT_EQ(failed.obstacle, opening_obstacle::lease);
    EXPECT_EQ(failed.patience, lease_break_time() + 1s);
    ::fcntl(held, F_SETLEASE, F_UNLCK);
    ::signal(SIGIO, before);
    ::close(held);
}

TEST_F(queue_source_test, what_is_no_file_any_more_is_the_files_own_fault) {
    const claimed_file file = claim("a", "{}");
    std::filesystem::remove(path_of(file));
    EXPECT_EQ(refusal(file).obstacle, opening_obstacle::of_file);
}

TEST_F(queue_source_test, lack_of_descriptors_is_not_the_files_fault) {
    const claimed_file file = claim("a", "{}");
    (void)refusal(file); // the subdirectory is open from here on
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = 0;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const failed_opening failed = refusal(file);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(failed.obstacle, opening_obstacle::of_process);
}

TEST_F(queue_source_test, pages_of_cur_begin_above_a_number) {
    claim("a", "{}");
    claim("b", "{}");
    claim("c", "{}");
    const auto page = source_->claimed_above(1, 1, lane::live);
    ASSERT_TRUE(page);
    EXPECT_THAT(names_of(*page), ElementsAre("b"));
    EXPECT_THAT(*source_->claimed_above(0, 9, lane::bulk), ::testing::IsEmpty());
}

TEST(patience_with_links, is_a_quiet_period_after_the_last_change_of_the_links) {
    constexpr std::int64_t ms = 1'000'000;
    const wall_time now(1'000'000ms);
    EXPECT_EQ(patience_with_links(1'000'000 * ms, 2s, now), 2s);
    EXPECT_EQ(patience_with_links(999'500 * ms, 2s, now), 1500ms);
    EXPECT_EQ(patience_with_links(900'000 * ms, 2s, now), 0ms) << "its time is over";
    EXPECT_EQ(patience_with_links(2'000'000 * ms, 2s, now), 2s) << "the clock was set back";
}

} // namespace
} // namespace hubspool::testing
