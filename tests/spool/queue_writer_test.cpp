#include "spool/arrivals/arrival_name.hpp"
#include "spool/arrivals/queue_writer.hpp"
#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>
#include <thread>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class queue_writer_into : public queue_fixture {
protected:
    void SetUp() override { queue_ = open(); }

    std::unique_ptr<queue_writer> writer(lane to = lane::live) {
        auto opened = queue_writer::open(root().string(), to);
        if (!opened) {
            throw std::runtime_error(opened.error().message);
        }
        return std::move(*opened);
    }
    bool tmp_is_empty() const { return std::filesystem::is_empty(at("tmp")); }

    std::unique_ptr<queue_directory> queue_; // its lock does not keep producers out
};

TEST_F(queue_writer_into, new_puts_a_whole_readable_file) {
    const auto before = ::umask(0077);
    auto file = writer();
    ::umask(before);
    ASSERT_TRUE(file->write("{\"a\":"));
    ASSERT_TRUE(file->write("1}"));
    EXPECT_TRUE(std::filesystem::is_empty(at("new")));
    const auto name = file->finish("ndjson");
    ASSERT_TRUE(name) << name.error().message;
    EXPECT_THAT(*name, MatchesRegex("[0-9]+-[0-9]+\\.ndjson"));
    EXPECT_EQ(content_of(at("new") / *name), "{\"a\":1}");
    struct stat found{};
    ASSERT_EQ(::stat((at("new") / *name).c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0640U);
    EXPECT_TRUE(tmp_is_empty());
}

TEST_F(queue_writer_into, bulk_fsyncs_the_file_then_renames_then_fsyncs_the_directory) {
    auto file = writer(lane::bulk);
    ASSERT_TRUE(file->write("{}"));
    system_calls calls(root());
    ASSERT_TRUE(file->finish(""));
    EXPECT_THAT(calls.seen(),
                ElementsAre(AllOf(HasSubstr("fsync tmp/"), HasSubstr(".tmp")),
                            AllOf(HasSubstr("rename tmp/"), HasSubstr(" -> bulk/")), "fsync bulk"));
}

TEST_F(queue_writer_into, new_is_read_in_order_of_finishing) {
    system_calls calls(root());
    calls.without_fsync();
    std::vector<std::string> finished;
    for (int i = 0; i < 200; ++i) {
        auto early = writer();
        auto late = writer(i % 2 == 0 ? lane::live : lane::bulk);
        finished.push_back(*late->finish("ndjson"));
        finished.push_back(*early->finish("ndjson"));
    }
    EXPECT_EQ(names_of(scan_all(*queue_)), finished);
    EXPECT_TRUE(std::is_sorted(finished.begin(), finished.end()));
}

TEST_F(queue_writer_into, new_not_finished_leaves_nothing) {
    {
        auto file = writer();
        ASSERT_TRUE(file->write("{}"));
        EXPECT_FALSE(tmp_is_empty());
    }
    EXPECT_TRUE(tmp_is_empty());
    EXPECT_TRUE(std::filesystem::is_empty(at("new")));
}

TEST_F(queue_writer_into, new_twice_finished_fails) {
    auto file = writer();
    ASSERT_TRUE(file->finish(""));
    EXPECT_FALSE(file->finish(""));
    EXPECT_FALSE(file->write("{}"));
}

TEST_F(queue_writer_into, a_full_disk_says_so_and_queues_nothing) {
    auto file = writer();
    system_calls calls(root());
    calls.refuse("fsync tmp/", ENOSPC);
    const auto failed = file->finish("");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ENOSPC);
    EXPECT_THAT(failed.error().message, HasSubstr("nothing was queued"));
    EXPECT_THAT(failed.error().message, HasSubstr("free space"));
    file.reset();
    EXPECT_TRUE(tmp_is_empty());
}

TEST_F(queue_writer_into, new_after_a_failed_write_cannot_be_finished) {
    auto file = writer();
    const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit old_limit{};
    ::getrlimit(RLIMIT_FSIZE, &old_limit);
    const rlimit small{16, old_limit.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto written = file->write(std::string(100, 'x'));
    ::setrlimit(RLIMIT_FSIZE, &old_limit);
    ::signal(SIGXFSZ, old_handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, EFBIG);
    EXPECT_FALSE(file->finish(""));
    EXPECT_TRUE(std::filesystem::is_empty(at("new")));
}

TEST_F(queue_writer_into, a_lane_that_loses_power_says_that_it_may_be_queued) {
    auto file = writer();
    system_calls calls(root());
    calls.refuse("fsync new", EIO);
    const auto failed = file->finish("");
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("is queued, but"));
}

TEST_F(queue_writer_into, new_refuses_an_extension_that_would_be_left_alone) {
    for (const auto* extension : {"tmp", "part", "a/b"}) {
        EXPECT_FALSE(writer()->finish(extension)) << extension;
    }
    EXPECT_TRUE(tmp_is_empty());
}

TEST_F(queue_writer_into, no_queue_directory_names_it) {
    const auto opened = queue_writer::open(dir_.file("nowhere"), lane::live);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("/nowhere"));
}

TEST(arrival_name, of_several_threads_is_never_the_same) {
    std::vector<std::vector<std::string>> names(4);
    std::vector<std::thread> threads;
    for (auto& own : names) {
        threads.emplace_back([&own] {
            for (int i = 0; i < 2000; ++i) {
                own.push_back(next_arrival_name());
            }
        });
    }
    std::set<std::string> all;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads[i].join();
        EXPECT_TRUE(std::is_sorted(names[i].begin(), names[i].end()));
        all.insert(names[i].begin(), names[i].end());
    }
    EXPECT_EQ(all.size(), 8000U);
}

TEST(arrival_name, after_the_clock_was_set_back_still_rises) {
    system_calls calls("/nowhere");
    const auto before = next_arrival_name();
    calls.set_wall_clock_by(-1h);
    EXPECT_LT(before, next_arrival_name());
}

} // namespace
} // namespace hubspool::testing
