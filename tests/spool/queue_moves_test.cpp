#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr wall_time settled{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 23h};

class queue_moves : public queue_fixture {
protected:
    std::vector<std::string> entries(const std::string& relative) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(at(relative))) {
            names.push_back(entry.path().filename());
        }
        std::sort(names.begin(), names.end());
        return names;
    }
};

TEST_F(queue_moves, to_done_keeps_number_and_name_under_the_day_of_settling) {
    auto queue = open();
    const auto file = claim_one(*queue, "a.json", "content");
    ASSERT_TRUE(queue->moves().to_done(file, settled));
    EXPECT_EQ(content_of(at("done/2026-11-23/00000000000000000001-2000000000000-live-a.json")),
              "content");
    EXPECT_THAT(entries("cur/000000"), IsEmpty());
    struct stat day{};
    ASSERT_EQ(::stat(at("done/2026-11-23").c_str(), &day), 0);
    EXPECT_EQ(day.st_mode & 07777U, 0700U);
}

TEST_F(queue_moves, scenario_19_of_a_file_that_is_gone_succeed) {
    auto queue = open();
    auto file = claim_one(*queue, "a");
    ASSERT_TRUE(queue->moves().to_done(file, settled));
    EXPECT_TRUE(queue->moves().to_done(file, settled + 2h));
    EXPECT_TRUE(queue->moves().remove(file));
    EXPECT_TRUE(queue->moves().reject(file, "why"));
    file.number = 123456;
    EXPECT_TRUE(queue->moves().to_done(file, settled)) << "its subdirectory is gone too";
    EXPECT_THAT(entries("rejected"), IsEmpty());
    EXPECT_THAT(entries("done"), ElementsAre("2026-11-23"));
}

TEST_F(queue_moves, to_done_never_replace) {
    auto queue = open();
    const auto file = claim_one(*queue, "a", "second");
    std::filesystem::create_directory(at("done/2026-11-23"));
    std::ofstream(at("done/2026-11-23/00000000000000000001-2000000000000-live-a")) << "first";
    ASSERT_TRUE(queue->moves().to_done(file, settled));
    EXPECT_EQ(content_of(at("done/2026-11-23/00000000000000000001-2000000000000-live-a")), "first");
    EXPECT_EQ(content_of(at("done/2026-11-23/00000000000000000001-2000000000000-live-a~2")),
              "second");
}

TEST_F(queue_moves, to_done_of_a_file_left_with_both_names_drops_the_old_one) {
    auto queue = open();
    const auto file = claim_one(*queue, "a");
    std::filesystem::create_directory(at("done/2026-11-23"));
    std::filesystem::create_hard_link(
        at("cur/000000/00000000000000000001-2000000000000-live-a"),
        at("done/2026-11-23/00000000000000000001-2000000000000-live-a"));
    ASSERT_TRUE(queue->moves().to_done(file, settled));
    EXPECT_THAT(entries("cur/000000"), IsEmpty());
    EXPECT_THAT(entries("done/2026-11-23"),
                ElementsAre("00000000000000000001-2000000000000-live-a"));
}

TEST_F(queue_moves, scenario_17_to_done_on_a_full_disk_fail_and_succeed_when_asked_again) {
    auto queue = open();
    const auto file = claim_one(*queue, "a");
    system_calls calls(root());
    calls.refuse("mkdir done/2026-11-23", ENOSPC);
    const auto failed = queue->moves().to_done(file, settled);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOSPC);
    EXPECT_THAT(failed.error().message, HasSubstr("done/2026-11-23"));
    EXPECT_THAT(failed.error().message, HasSubstr("free space"));
    calls.refuse("mkdir done/2026-11-23", 0);
    EXPECT_TRUE(queue->moves().to_done(file, settled));
}

TEST_F(queue_moves, away_remove_the_file) {
    auto queue = open();
    const auto file = claim_one(*queue, "a");
    ASSERT_TRUE(queue->moves().remove(file));
    EXPECT_THAT(entries("cur/000000"), IsEmpty());
    EXPECT_THAT(entries("done"), IsEmpty());
}

TEST_F(queue_moves, to_rejected_put_the_reason_beside_before_the_move) {
    auto queue = open();
    const auto file = claim_one(*queue, "a.json", "broken");
    system_calls calls(root());
    ASSERT_TRUE(queue->moves().reject(file, "line 3: it is damaged"));
    EXPECT_THAT(calls.seen(),
                ElementsAre("fsync rejected/00000000000000000001-2000000000000-live-a.json.reason",
                            "rename cur/000000/00000000000000000001-2000000000000-live-a.json -> "
                            "rejected/00000000000000000001-2000000000000-live-a.json"));
    EXPECT_EQ(content_of(at("rejected/00000000000000000001-2000000000000-live-a.json")), "broken");
    EXPECT_EQ(content_of(at("rejected/00000000000000000001-2000000000000-live-a.json.reason")),
              "line 3: it is damaged\n");
}

TEST_F(queue_moves, to_rejected_without_room_for_the_reason_leave_nothing_behind) {
    auto queue = open();
    const auto file = claim_one(*queue, "a");
    system_calls calls(root());
    calls.refuse("fsync rejected/", ENOSPC);
    EXPECT_EQ(queue->moves().reject(file, "why").error().code, ENOSPC);
    EXPECT_THAT(entries("rejected"), IsEmpty());
    EXPECT_THAT(entries("cur/000000"), ElementsAre("00000000000000000001-2000000000000-live-a"));
}

TEST_F(queue_moves, to_rejected_take_directories_and_links_from_new) {
    auto queue = open();
    std::filesystem::create_directory(at("new/directory"));
    std::ofstream(at("new/directory/within")) << "kept";
    std::filesystem::create_symlink("/etc/passwd", at("new/link"));
    const auto files = scan_all(*queue);
    ASSERT_EQ(files.size(), 2U);
    for (const auto& file : files) {
        const auto opened = open_for_reading(*queue, file);
        ASSERT_FALSE(opened);
        ASSERT_TRUE(queue->moves().reject(file, opened.error().message));
    }
    EXPECT_THAT(entries("cur/000000"), IsEmpty());
    EXPECT_EQ(entries("rejected").size(), 4U);
}

TEST_F(queue_moves, to_rejected_of_the_longest_name_have_room_for_the_reasons) {
    auto queue = open();
    const auto file = claim_one(*queue, std::string(250, 'n'));
    EXPECT_TRUE(queue->moves().reject(file, "why"));
    EXPECT_EQ(entries("rejected").size(), 2U);
}

TEST_F(queue_moves, scenario_47_become_durable_with_the_new_place_before_the_old) {
    auto queue = open();
    const auto done = claim_one(*queue, "a");
    const auto rejected = claim_one(*queue, "b");
    ASSERT_TRUE(queue->moves().to_done(done, settled));
    ASSERT_TRUE(queue->moves().reject(rejected, "why"));
    system_calls calls(root());
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(calls.seen(), ElementsAre("fsync done/2026-11-23", "fsync done", "fsync rejected",
                                          "fsync cur/000000"));
    calls.forget();
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(calls.seen(), IsEmpty());
}

TEST_F(queue_moves, that_could_not_be_made_durable_are_tried_again) {
    auto queue = open();
    ASSERT_TRUE(queue->moves().to_done(claim_one(*queue, "a"), settled));
    system_calls calls(root());
    calls.refuse("fsync cur/000000", EIO);
    EXPECT_EQ(queue->moves().sync().error().code, EIO);
    calls.refuse("fsync cur/000000", 0);
    calls.forget();
    EXPECT_TRUE(queue->moves().sync());
    EXPECT_EQ(calls.seen().back(), "fsync cur/000000");
}

TEST_F(queue_moves, drop_subdirectories_that_lie_behind_empty) {
    auto queue = open(0ms, 2);
    std::vector<claimed_file> files;
    for (const auto* name : {"a", "b", "c", "d"}) {
        files.push_back(claim_one(*queue, name)); // 1 | 2 3 | 4
    }
    ASSERT_TRUE(queue->moves().remove(files[3]));
    ASSERT_TRUE(queue->moves().remove(files[1]));
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(entries("cur"), ElementsAre("000000", "000001", "000002"));
    ASSERT_TRUE(queue->moves().remove(files[0]));
    ASSERT_TRUE(queue->moves().remove(files[2]));
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(entries("cur"), ElementsAre("000002")) << "the highest may still be claimed into";
    EXPECT_EQ(claim_one(*queue, "e").number, 5U);
}

TEST_F(queue_moves, of_a_sweep_go_on_beside_a_directory_that_somebody_made_in_a_day) {
    auto queue = open();
    for (const auto* day : {"2026-11-01", "2026-11-02"}) {
        std::filesystem::create_directory(at("done") / day);
        for (const auto* name : {"00000000000000000001-2000000000000-live-a",
                                 "00000000000000000002-2000000000000-live-b"})
            std::ofstream(at("done") / day / name) << "{}";
    }
    std::filesystem::create_directory(at("done/2026-11-01/theirs"));
    EXPECT_FALSE(queue->moves().sweep_done(settled, std::chrono::hours(24 * 7))) << "it is told";
    EXPECT_THAT(entries("done"), ElementsAre("2026-11-01"));
    EXPECT_THAT(entries("done/2026-11-01"), ElementsAre("theirs"));
}

TEST_F(queue_moves, of_a_sweep_delete_only_days_that_ended_long_enough_ago) {
    auto queue = open();
    for (const auto* day : {"2026-11-14", "2026-11-15", "2026-11-16", "notes"}) {
        std::filesystem::create_directory(at("done") / day);
        std::ofstream(at("done") / day / "00000000000000000001-2000000000000-live-a") << "{}";
    }
    ASSERT_TRUE(queue->moves().sweep_done(settled, std::chrono::hours(24 * 7)));
    EXPECT_THAT(entries("done"), ElementsAre("2026-11-16", "notes"))
        << "the 16th ended less than 7 days before the evening of the 23rd";
    ASSERT_TRUE(queue->moves().sweep_done(settled + 1h, std::chrono::hours(24 * 7)));
    EXPECT_THAT(entries("done"), ElementsAre("notes"));
}

} // namespace
} // namespace hubspool::testing
