#include "core/words/named_as_of.hpp"
#include "queue_fixture.hpp"
#include "spool/queue_names.hpp"
#include "spool/queue_source.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <cerrno>
#include <set>

namespace hubspool::testing {
namespace {

using std::chrono::hours;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

as_of_ms now_ms() {
    return static_cast<as_of_ms>(file_now_ns() / 1'000'000);
}

std::vector<as_of_ms> stamps_of(const std::vector<claimed_file>& files) {
    std::vector<as_of_ms> stamps;
    for (const claimed_file& file : files) stamps.push_back(file.order.stamp);
    return stamps;
}

class claim_stamps : public queue_fixture {
protected:
    claim_stamps() { next_.stamp = 0; }

    void put_into_cur(const std::string& name) const {
        std::filesystem::create_directories(at("cur/000000"));
        std::ofstream(at("cur/000000") / name) << "{}";
    }
    std::vector<std::string> in_cur() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(at("cur/000000")))
            names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }
};

TEST_F(claim_stamps, are_when_the_file_came_and_stand_in_its_name) {
    const auto queue = open();
    const as_of_ms before = now_ms();
    const claimed_file file = claim_one(*queue, "a");
    EXPECT_GE(file.order.stamp + 100, before) << "the file system's clock lags by a tick";
    EXPECT_LE(file.order.stamp, now_ms());
    EXPECT_EQ(file.order.as_of, file.order.stamp);
    EXPECT_EQ(file.order.number, file.number);
    EXPECT_THAT(in_cur(), ElementsAre(format_claimed_name(file)));
    std::vector<skipped_name> skipped;
    EXPECT_EQ(queue->survey().claimed(skipped)->at(0).order, file.order);
}

TEST_F(claim_stamps, scenario_35_of_a_change_of_02_00_that_is_claimed_at_08_00_is_02_00) {
    const auto queue = open();
    put("new", "a");
    until_next_tick();
    const as_of_ms came = now_ms();
    system_calls calls(root());
    calls.advance(hours(6)); // the daemon was down
    const auto files = scan_all(*queue);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_LE(files[0].order.stamp, came);
}

TEST_F(claim_stamps, scenario_35_of_many_files_of_one_scan_do_not_run_ahead_of_the_clock) {
    const auto queue = open();
    system_calls calls(root());
    calls.without_fsync();
    for (int i = 0; i < 10000; ++i) put("new", std::to_string(i));
    until_next_tick();
    const auto files = scan_all(*queue, 10000);
    ASSERT_EQ(files.size(), 10000U);
    const auto stamps = stamps_of(files);
    EXPECT_TRUE(std::is_sorted(stamps.begin(), stamps.end()));
    EXPECT_LE(stamps.back(), now_ms());
}

TEST_F(claim_stamps, scenario_35_of_a_file_from_the_future_is_now) {
    const auto queue = open();
    put("new", "a");
    until_next_tick();
    system_calls calls(root());
    calls.set_wall_clock_by(-hours(1)); // so its ctime lies ahead
    const auto files = scan_all(*queue);
    ASSERT_EQ(files.size(), 1U);
    EXPECT_LE(files[0].order.stamp, now_ms());
}

TEST_F(claim_stamps, scenario_37_do_not_fall_when_the_clock_is_set_back) {
    const auto queue = open();
    const as_of_ms first = claim_one(*queue, "a").order.stamp;
    put("new", "b");
    until_next_tick();
    system_calls calls(root());
    calls.set_wall_clock_by(-hours(1));
    EXPECT_THAT(stamps_of(scan_all(*queue)), ElementsAre(first));
}

TEST_F(claim_stamps, stand_as_they_are_when_the_rename_failed) {
    const auto queue = open();
    put("new", "a");
    until_next_tick();
    system_calls calls(root());
    calls.refuse("rename new/a", EIO);
    EXPECT_TRUE(queue->arrivals().scan(next_, 10, always).error);
    EXPECT_EQ(next_.stamp, 0U);
}

TEST_F(claim_stamps, scenario_37_are_found_wherever_a_name_has_one) {
    const auto queue = open();
    EXPECT_EQ(queue->survey().given()->stamp, 0U);
    const as_of_ms first = claim_one(*queue, "a").order.stamp;
    EXPECT_EQ(queue->survey().given()->stamp, first);
    EXPECT_FALSE(queue->survey().given()->lack_stamps);
    std::filesystem::create_directory(at("done/2026-01-01"));
    std::ofstream(at("done/2026-01-01/00000000000000000001-2000000000007-live-b")) << "{}";
    EXPECT_EQ(queue->survey().given()->stamp, 2'000'000'000'007U);
    std::ofstream(at("rejected/00000000000000000001-2000000000009-bulk-c.reason")) << "no file";
    std::ofstream(at("rejected/00000000000000000001-bulk-2100000000000-c")) << "a name";
    EXPECT_EQ(queue->survey().given()->stamp, 2'000'000'000'009U);
    EXPECT_FALSE(queue->survey().given()->lack_stamps) << "what has left cur/ needs none";
}

TEST_F(claim_stamps, as_of_in_a_name_counts_for_the_file_and_survives_the_cut) {
    const auto queue = open();
    const auto file = claim_one(*queue, std::string(200, 'a') + ".as_of=20261130T010000Z.b.json");
    EXPECT_EQ(file.order.as_of, *find_as_of("as_of=20261130T010000Z")->time);
    std::vector<skipped_name> skipped;
    EXPECT_EQ(queue->survey().claimed(skipped)->at(0).order, file.order);
}

TEST_F(claim_stamps, of_files_of_the_version_before_are_those_of_the_update) {
    const auto queue = open();
    put_into_cur("00000000000000000003-live-1796000400123-export.ndjson");
    put_into_cur("00000000000000000004-bulk-b");
    EXPECT_TRUE(queue->survey().given()->lack_stamps);
    ASSERT_TRUE(queue->stamp_claims(77));
    EXPECT_THAT(in_cur(),
                ElementsAre("00000000000000000003-0000000000077-live-1796000400123-export.ndjson",
                            "00000000000000000004-0000000000077-bulk-b"));
    EXPECT_FALSE(queue->survey().given()->lack_stamps);
    std::vector<skipped_name> skipped;
    EXPECT_THAT(names_of(*queue->survey().claimed(skipped)),
                ElementsAre("1796000400123-export.ndjson", "b"));
    EXPECT_THAT(skipped, IsEmpty());
}

// A power loss came in between: the first start's stamps are gone on with.
TEST_F(claim_stamps, of_an_update_that_was_cut_short_do_not_fall) {
    const auto queue = open();
    put_into_cur("00000000000000000001-0000000000050-live-a");
    put_into_cur("00000000000000000002-live-b");
    put_into_cur("00000000000000000003-0000000000077-live-c");
    put_into_cur("00000000000000000004-live-d");
    put_into_cur("notes");
    ASSERT_TRUE(queue->stamp_claims(99));
    EXPECT_THAT(in_cur(), ElementsAre("00000000000000000001-0000000000050-live-a",
                                      "00000000000000000002-0000000000077-live-b",
                                      "00000000000000000003-0000000000077-live-c",
                                      "00000000000000000004-0000000000099-live-d", "notes"));
}

TEST_F(claim_stamps, of_an_update_are_durable_directory_by_directory) {
    put_into_cur("00000000000000000001-live-a");
    put_into_cur("00000000000000000002-live-b");
    const auto queue = open();
    system_calls calls(root());
    ASSERT_TRUE(queue->stamp_claims(99));
    EXPECT_THAT(calls.seen(), ElementsAre(HasSubstr("-live-b -> "), HasSubstr("-live-a -> "),
                                          "fsync cur/000000"));
    calls.forget();
    ASSERT_TRUE(queue->stamp_claims(100));
    EXPECT_THAT(calls.seen(), IsEmpty());
}

TEST_F(claim_stamps, of_an_update_that_cannot_be_written_end_the_start) {
    put_into_cur("00000000000000000001-live-a");
    const auto queue = open();
    system_calls calls(root());
    calls.refuse("rename cur/000000", EROFS);
    const auto done = queue->stamp_claims(99);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("00000000000000000001-live-a"));
    calls.refuse("rename cur/000000", 0);
    calls.refuse("fsync cur/000000", EIO);
    EXPECT_FALSE(queue->stamp_claims(99));
}

TEST_F(claim_stamps, the_mark_of_a_run_notes_the_last_and_an_older_one_none) {
    const auto queue = open();
    const run_mark mark{"state", 12, 345, 6789, 1'796'000'400'123};
    ASSERT_TRUE(queue->write_run_mark(mark));
    EXPECT_EQ(*queue->read_run_mark(), mark);
    // As the version before wrote it.
    std::string line = "hubspool-run 1 state 12 345 6789 ca89bbbf47df4e96";
    line.resize(319, ' ');
    std::ofstream(at("cur/.run"), std::ios::trunc) << line << '\n';
    EXPECT_EQ(*queue->read_run_mark(), (run_mark{"state", 12, 345, 6789, 0}));
}

} // namespace
} // namespace hubspool::testing
