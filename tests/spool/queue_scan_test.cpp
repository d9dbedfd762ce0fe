#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class queue_scan : public queue_fixture {};

TEST_F(queue_scan, of_both_lanes_claims_in_order_of_arrival) {
    auto queue = open();
    put("bulk", "z");
    until_next_tick();
    put("new", "y");
    until_next_tick();
    put("bulk", "x");
    const auto files = scan_all(*queue);
    EXPECT_THAT(names_of(files), ElementsAre("z", "y", "x"));
    EXPECT_EQ(files[0].number, 1U);
    EXPECT_EQ(files[0].lane, lane::bulk);
    EXPECT_EQ(files[1].lane, lane::live);
    EXPECT_EQ(files[2].number, 3U);
    EXPECT_TRUE(
        std::filesystem::exists(at("cur/000000/00000000000000000002-2000000000000-live-y")));
}

TEST_F(queue_scan, of_a_file_tells_its_size) {
    auto queue = open();
    EXPECT_EQ(claim_one(*queue, "a", "12345").size, 5U);
}

// What the rename set is younger than the stamp: a listing may have missed what came before it, but
// not when the next one shows the same.
TEST_F(queue_scan, of_few_files_within_the_clocks_tick_takes_them_when_listed_twice_alike) {
    auto queue = open();
    system_calls calls(root());
    put("new", "a");
    calls.set_wall_clock_by(-100ms); // the file's ctime is no longer before any stamp
    const auto scanned = queue->arrivals().scan(next_, 10, always);
    EXPECT_THAT(names_of(scanned.claimed), ElementsAre("a"));
    EXPECT_FALSE(scanned.again_after);
}

TEST_F(queue_scan, of_many_files_leaves_those_within_the_clocks_tick_to_the_next_scan) {
    constexpr std::size_t many = 101;
    auto queue = open();
    system_calls calls(root());
    for (std::size_t i = 0; i < many; ++i) put("new", std::to_string(i));
    put("new", "last");
    calls.set_wall_clock_by(-900ms); // "last" is no longer before any stamp
    const auto scanned = queue->arrivals().scan(next_, 2 * many, always);
    EXPECT_THAT(names_of(scanned.claimed), Not(Contains("last")));
    ASSERT_TRUE(scanned.again_after);
    EXPECT_GE(*scanned.again_after, 1ms);
    EXPECT_LE(*scanned.again_after, 10ms);
    calls.advance(10s);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 2 * many, always).claimed),
                Contains("last"));
}

TEST_F(queue_scan, of_more_than_asked_goes_on_in_steps) {
    auto queue = open();
    for (int i = 0; i < 25; ++i) {
        put(i % 2 == 0 ? "new" : "bulk", fmt::format("{:02}", i));
    }
    until_next_tick();
    std::vector<std::string> names;
    std::vector<std::size_t> sizes;
    std::optional<milliseconds> again = 0ms;
    while (again) {
        const auto scanned = queue->arrivals().scan(next_, 10, always);
        sizes.push_back(scanned.claimed.size());
        for (const auto& name : names_of(scanned.claimed)) {
            names.push_back(name);
        }
        again = scanned.again_after;
    }
    EXPECT_THAT(sizes, ElementsAre(10, 10, 5, 0)); // the last lists anew
    EXPECT_EQ(names.size(), 25U);
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(queue_scan, of_unannounced_files_waits_for_the_quiet_period) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    calls.advance(1s);
    const auto early = queue->arrivals().scan(next_, 10, never);
    EXPECT_THAT(early.claimed, IsEmpty());
    ASSERT_TRUE(early.again_after);
    EXPECT_GT(*early.again_after, 8s);
    EXPECT_LE(*early.again_after, 9s);
    calls.advance(9s);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, never).claimed), ElementsAre("a"));
}

TEST_F(queue_scan, stops_at_the_first_that_is_not_ready) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    until_next_tick();
    put("new", "b");
    calls.advance(1s);
    const auto b_only = [](lane, const std::string& name) { return name == "b"; };
    EXPECT_THAT(queue->arrivals().scan(next_, 10, b_only).claimed, IsEmpty());
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, always).claimed), ElementsAre("a", "b"));
}

TEST_F(queue_scan, of_a_file_written_to_since_the_listing_gives_it_its_new_place) {
    auto queue = open();
    for (const auto* name : {"a", "b", "c"}) {
        put("new", name);
    }
    until_next_tick();
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 1, always).claimed), ElementsAre("a"));
    std::ofstream(at("new/b"), std::ios::app) << "{}";
    EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("c", "b"));
}

TEST_F(queue_scan, of_a_mtime_in_the_future_goes_by_ctime) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    for (const auto ahead : {86'400L, 20'000'000'000L}) { // tomorrow; the year 2600
        const timespec times[] = {{0, UTIME_NOW}, {file_now_ns() / 1'000'000'000 + ahead, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, at("new/a").c_str(), times, 0), 0);
    }
    calls.advance(9s);
    EXPECT_THAT(queue->arrivals().scan(next_, 10, never).claimed, IsEmpty());
    calls.advance(2s);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, never).claimed), ElementsAre("a"));
}

TEST_F(queue_scan, scenario_33_of_a_clock_set_back_an_hour_goes_on) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    calls.advance(1s);
    calls.set_wall_clock_by(-1h);
    const auto early = queue->arrivals().scan(next_, 10, never);
    EXPECT_THAT(early.claimed, IsEmpty());
    ASSERT_TRUE(early.again_after);
    calls.advance(*early.again_after);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, never).claimed), ElementsAre("a"));
}

TEST_F(queue_scan, scenario_33_of_a_clock_set_back_after_the_listing_goes_on) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    calls.advance(1s);
    EXPECT_THAT(queue->arrivals().scan(next_, 10, never).claimed,
                IsEmpty()); // listed, and not quiet
    calls.set_wall_clock_by(-1h);
    const auto early = queue->arrivals().scan(next_, 10, never);
    ASSERT_TRUE(early.again_after);
    calls.advance(*early.again_after);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, never).claimed), ElementsAre("a"));
}

TEST_F(queue_scan, of_a_clock_set_back_takes_announced_files_at_once) {
    auto queue = open(10s);
    system_calls calls(root());
    put("new", "a");
    calls.set_wall_clock_by(-1h);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, always).claimed), ElementsAre("a"));
}

TEST_F(queue_scan, scenario_61_leaves_hidden_and_unfinished_names_alone) {
    open();
    queue_options how;
    how.directory = root();
    how.quiet_period = milliseconds(0);
    how.ignore = {"*.bak"};
    auto queue = std::move(*queue_directory::open(how));
    for (const auto* name :
         {".hidden", "a.tmp", "a.part", "a.json.filepart", "_SUCCESS", "a.bak"}) {
        put("new", name);
    }
    EXPECT_THAT(scan_all(*queue), IsEmpty());
    EXPECT_THAT(skipped_, IsEmpty());
    EXPECT_EQ(queue->survey().waiting()->files, 0U);
}

TEST_F(queue_scan, lists_again_after_a_listing_that_served_several_scans) {
    auto queue = open();
    put("new", "a");
    put("new", "b");
    until_next_tick();
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 1, always).claimed), ElementsAre("a"));
    put("new", "c"); // announced now, and in no listing
    until_next_tick();
    const auto rest = queue->arrivals().scan(next_, 10, always);
    EXPECT_THAT(names_of(rest.claimed), ElementsAre("b"));
    EXPECT_EQ(rest.again_after, 0ms);
    EXPECT_THAT(names_of(queue->arrivals().scan(next_, 10, always).claimed), ElementsAre("c"));
}

TEST_F(queue_scan, begins_a_subdirectory_at_its_number) {
    auto queue = open(0ms, 2);
    for (const auto* name : {"a", "b", "c"}) {
        put("new", name);
    }
    EXPECT_EQ(scan_all(*queue).size(), 3U);
    EXPECT_TRUE(
        std::filesystem::exists(at("cur/000000/00000000000000000001-2000000000000-live-a")));
    EXPECT_TRUE(
        std::filesystem::exists(at("cur/000001/00000000000000000003-2000000000000-live-c")));
}

// Several producers' renames, one after the other, while scans run beside them.
TEST_F(queue_scan, scenario_03_under_a_steady_producer_keeps_the_order_of_renames) {
    constexpr int files = 5000;
    auto queue = open();
    system_calls calls(root());
    calls.without_fsync();
    for (int i = 0; i < files; ++i) {
        const auto path = at("tmp") / fmt::format("{:06}", i);
        ::close(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640));
    }
    std::atomic<bool> done{false};
    std::atomic<bool> claimed_some{false}; // half of the renames are left to race with scans
    std::thread producer([&] {
        for (int i = 0; i < files; ++i) {
            if (i == files / 2) {
                claimed_some.wait(false);
            }
            const auto name = fmt::format("{:06}", i);
            std::filesystem::rename(at("tmp") / name, at(i % 3 == 0 ? "bulk" : "new") / name);
        }
        done = true;
    });
    std::vector<std::string> names;
    while (names.size() < files) {
        const bool last = done;
        auto scanned = queue->arrivals().scan(next_, 700, always);
        EXPECT_FALSE(scanned.error) << scanned.error->message;
        if (scanned.error || !scanned.claimed.empty()) {
            claimed_some = true;
            claimed_some.notify_one();
        }
        for (auto& file : scanned.claimed) {
            names.push_back(std::move(file.name));
        }
        if (scanned.error || (last && !scanned.again_after)) {
            break;
        }
    }
    producer.join();
    EXPECT_EQ(names.size(), std::size_t{files});
    EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_F(queue_scan, scenario_13_makes_claims_durable_in_order_before_it_hands_them_out) {
    auto queue = open();
    put("new", "a");
    put("bulk", "b");
    until_next_tick();
    system_calls calls(root());
    EXPECT_EQ(queue->arrivals().scan(next_, 10, always).claimed.size(), 2U);
    EXPECT_THAT(calls.seen(),
                ElementsAre("mkdir cur/000000", "chmod cur/000000",
                            "rename new/a -> cur/000000/00000000000000000001-2000000000000-live-a",
                            "rename bulk/b -> cur/000000/00000000000000000002-2000000000000-bulk-b",
                            "fsync cur/000000", "fsync cur", "fsync new", "fsync bulk"));
}

TEST_F(queue_scan, scenario_13_without_fsync_keeps_the_claims_and_hands_them_out_first_later) {
    auto queue = open();
    put("new", "a");
    until_next_tick();
    system_calls calls(root());
    calls.refuse("fsync new", EIO);
    const auto failed = queue->arrivals().scan(next_, 10, always);
    EXPECT_THAT(failed.claimed, IsEmpty());
    ASSERT_TRUE(failed.error);
    EXPECT_EQ(failed.error->code, EIO);
    EXPECT_THAT(failed.error->message, HasSubstr("/new"));

    put("new", "b");
    until_next_tick();
    EXPECT_TRUE(queue->arrivals().scan(next_, 10, always).error);
    calls.refuse("fsync new", 0);
    const auto files = scan_all(*queue);
    EXPECT_THAT(names_of(files), ElementsAre("a", "b"));
    EXPECT_EQ(files[0].number, 1U);
    EXPECT_EQ(files[1].number, 2U);
}

TEST_F(queue_scan, of_a_full_disk_hands_out_what_was_claimed_and_tells) {
    auto queue = open();
    put("new", "a");
    put("new", "b");
    until_next_tick();
    system_calls calls(root());
    calls.refuse("rename new/b", ENOSPC);
    auto scanned = queue->arrivals().scan(next_, 10, always);
    EXPECT_THAT(names_of(scanned.claimed), ElementsAre("a"));
    ASSERT_TRUE(scanned.error);
    EXPECT_EQ(scanned.error->code, ENOSPC);
    EXPECT_THAT(scanned.error->message, HasSubstr("free space"));
    calls.refuse("rename new/b", 0);
    EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("b"));
}

TEST_F(queue_scan, scenario_14_never_replaces_a_file_whose_number_it_is_given_again) {
    auto queue = open();
    claim_one(*queue, "a", "first");
    next_.number = 1;
    const auto again = claim_one(*queue, "a", "second");
    EXPECT_EQ(again.number, 2U);
    EXPECT_EQ(content_of(at("cur/000000/00000000000000000001-2000000000000-live-a")), "first");
}

TEST_F(queue_scan, scenario_26_of_two_files_of_one_name_keeps_both) {
    auto queue = open();
    put("new", "a", "live");
    put("bulk", "a", "bulk");
    const auto first = scan_all(*queue);
    put("new", "a", "again");
    const auto second = scan_all(*queue);
    EXPECT_THAT(names_of(first), ElementsAre("a", "a"));
    EXPECT_THAT(names_of(second), ElementsAre("a"));
    EXPECT_EQ(content_of(at("cur/000000/00000000000000000003-2000000000000-live-a")), "again");
}

TEST_F(queue_scan, scenario_26_of_strange_names_claims_them_all) {
    auto queue = open();
    const std::vector<std::string> names{
        "a\nb\x1b[2J", "\xff\xfe", std::string(243, 'n') + ".ndjson", " ", "-rf", "~"};
    for (const auto& name : names) {
        put("new", name, name);
    }
    const auto files = scan_all(*queue);
    ASSERT_EQ(files.size(), names.size());
    std::vector<skipped_name> skipped;
    const auto listed = queue->survey().claimed(skipped);
    ASSERT_TRUE(listed);
    EXPECT_EQ(names_of(*listed), names_of(files));
    EXPECT_THAT(skipped, IsEmpty());
    for (const auto& file : files) {
        const auto opened = open_for_reading(*queue, file);
        ASSERT_TRUE(opened) << opened.error().message;
        ::close(*opened);
    }
}

TEST_F(queue_scan, scenario_31_of_new_deleted_and_made_again_goes_on) {
    auto queue = open();
    claim_one(*queue, "a");
    std::filesystem::remove(at("new"));
    EXPECT_THAT(scan_all(*queue), IsEmpty());
    EXPECT_TRUE(std::filesystem::exists(at("new"))) << "made again for producers";
    struct stat made{};
    ASSERT_EQ(::stat(at("new").c_str(), &made), 0);
    EXPECT_EQ(made.st_mode & 07777U, 03770U);
    std::filesystem::remove(at("new"));
    std::filesystem::create_directory(at("new"));
    EXPECT_EQ(claim_one(*queue, "b").number, 2U);
}

TEST_F(queue_scan, of_new_made_a_link_fails_and_follows_nothing) {
    auto queue = open();
    std::filesystem::remove(at("new"));
    std::filesystem::create_directory(dir_.path() / "elsewhere");
    std::ofstream(dir_.path() / "elsewhere/a") << "{}";
    std::filesystem::create_symlink(dir_.path() / "elsewhere", at("new"));
    const auto scanned = queue->arrivals().scan(next_, 10, always);
    ASSERT_TRUE(scanned.error);
    EXPECT_THAT(scanned.error->message, HasSubstr("/new"));
    EXPECT_TRUE(std::filesystem::exists(dir_.path() / "elsewhere/a"));
}

} // namespace
} // namespace hubspool::testing
