#include "spool/arrivals/queue_watcher.hpp"
#include "spool/queue_fixture.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;

constexpr milliseconds long_time = 30s; // a wait that takes it has failed

class queue_watcher_of : public queue_fixture {
protected:
    void SetUp() override { queue_ = open(); }

    std::unique_ptr<queue_watcher> watch() {
        auto opened = queue_watcher::open(root().string());
        if (!opened) {
            throw std::runtime_error(opened.error().message);
        }
        return std::move(*opened);
    }
    // True when the wait ended before its time.
    static bool ends_early(queue_watcher& watcher) {
        const auto before = boot_now();
        watcher.wait(long_time);
        return boot_now() - before < long_time;
    }

    std::unique_ptr<queue_directory> queue_;
};

TEST_F(queue_watcher_of, a_rename_announces_it_in_its_lane) {
    const auto watcher = watch();
    put("bulk", "a");
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_TRUE(watcher->announced(lane::bulk, "a"));
    EXPECT_FALSE(watcher->announced(lane::live, "a"));
    watcher->forget(lane::bulk, "a");
    EXPECT_FALSE(watcher->announced(lane::bulk, "a"));
}

TEST_F(queue_watcher_of, a_file_written_in_place_ends_the_wait_and_announces_nothing) {
    const auto watcher = watch();
    std::ofstream(at("new/a")) << "{}";
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_FALSE(watcher->announced(lane::live, "a"));
}

TEST_F(queue_watcher_of, a_file_written_in_place_under_an_announced_name_takes_it_back) {
    const auto watcher = watch();
    put("new", "a");
    EXPECT_TRUE(ends_early(*watcher));
    std::filesystem::remove(at("new/a"));
    std::ofstream(at("new/a")) << "{}";
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_FALSE(watcher->announced(lane::live, "a"));
}

TEST_F(queue_watcher_of, nothing_waits_as_long_as_it_is_told) {
    const auto watcher = watch();
    put("new", ".hidden");
    put("new", "unfinished.tmp");
    const auto before = boot_now();
    watcher->wait(30ms);
    EXPECT_GE(boot_now() - before, 30ms);
}

TEST_F(queue_watcher_of, another_threads_wake_ends_the_wait_under_way_or_the_next) {
    const auto watcher = watch();
    watcher->wake();
    EXPECT_TRUE(ends_early(*watcher));
    std::thread other([&] { watcher->wake(); });
    EXPECT_TRUE(ends_early(*watcher));
    other.join();
}

TEST_F(queue_watcher_of, a_claimed_long_name_is_forgotten_by_what_the_claim_is_called) {
    const auto watcher = watch();
    const std::string name = std::string(240, 'n') + ".ndjson";
    put("new", name);
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_TRUE(watcher->announced(lane::live, name));
    const auto files = scan_all(*queue_);
    ASSERT_EQ(files.size(), 1U);
    watcher->forget(lane::live, files[0].name);
    EXPECT_FALSE(watcher->announced(lane::live, name));
}

TEST_F(queue_watcher_of, scenario_31_a_directory_deleted_and_made_again_watches_the_new_one) {
    const auto watcher = watch();
    put("new", "a");
    EXPECT_TRUE(ends_early(*watcher));
    std::filesystem::remove_all(at("new"));
    std::filesystem::create_directory(at("new"));
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_FALSE(watcher->announced(lane::live, "a"));
    put("new", "b");
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_TRUE(watcher->announced(lane::live, "b"));
}

TEST_F(queue_watcher_of, scenario_31_a_directory_moved_away_is_watched_no_longer) {
    const auto watcher = watch();
    std::filesystem::rename(at("new"), at("old"));
    std::filesystem::create_directory(at("new"));
    EXPECT_TRUE(ends_early(*watcher));
    put("old", "a");
    put("new", "b");
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_FALSE(watcher->announced(lane::live, "a"));
    EXPECT_TRUE(watcher->announced(lane::live, "b"));
}

TEST_F(queue_watcher_of, scenario_31_more_events_than_the_kernel_keeps_end_the_wait) {
    const auto watcher = watch();
    put("new", ".a");                 // of these names alone none ends it
    for (int i = 0; i < 20000; ++i) { // the kernel keeps 16384; equal ones in a row are one
        std::filesystem::rename(at("new") / (i % 2 == 0 ? ".a" : ".b"),
                                at("new") / (i % 2 == 0 ? ".b" : ".a"));
    }
    EXPECT_TRUE(ends_early(*watcher));
}

TEST_F(queue_watcher_of, an_absent_directory_is_no_failure_and_is_found_when_made) {
    std::filesystem::remove(at("bulk"));
    const auto watcher = watch();
    watcher->wait(0ms);
    std::filesystem::create_directory(at("bulk"));
    EXPECT_TRUE(ends_early(*watcher));
    put("bulk", "a");
    EXPECT_TRUE(ends_early(*watcher));
    EXPECT_TRUE(watcher->announced(lane::bulk, "a"));
}

} // namespace
} // namespace hubspool::testing
