#include "app/settle/status_file.hpp"
#include "cli/cli_fixture.hpp"
#include "cli/live_daemon.hpp"
#include "cli/status/status_report.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/file.h>

#include <atomic>
#include <cerrno>
#include <random>
#include <thread>
#include <utility>

namespace hubspool {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class status_test : public cli_fixture {
protected:
    void commit(const commit_unit& unit) const {
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    }
    // As if claimed.
    void put_into_cur(std::uint64_t number, const std::string& content) const {
        std::filesystem::create_directories(queue() + "/cur/000000");
        std::ofstream(queue() + "/cur/000000/" +
                      format_claimed_name({number, 0, lane::live, "a.ndjson"}))
            << content;
    }
    std::unique_ptr<queue_directory> hold_queue() const {
        auto held = queue_directory::open({queue(), milliseconds(0)});
        EXPECT_TRUE(static_cast<bool>(held));
        return std::move(*held);
    }
    std::string live(int pid) const {
        return fmt::format(
            "{{\"pid\":{},\"command\":\"run\",\"pending\":{{\"records\":4,\"objects\":3}},"
            "\"rate_limit\":90,\"breaker\":{{\"state\":\"open\","
            "\"failing_since\":\"2026-11-23T22:41:34.120Z\","
            "\"last_failure\":\"connection refused\","
            "\"probe_at\":\"2026-11-23T22:42:00.000Z\"}}}}",
            pid);
    }
};

TEST_F(status_test, without_a_state_all_is_zero_and_nothing_is_made) {
    make_queue();
    const ended got = over({"status"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("running    no"));
    EXPECT_THAT(got.out, HasSubstr("state      none yet"));
    EXPECT_THAT(got.out, HasSubstr("records    0 in = 0 delivered"));
    EXPECT_FALSE(std::filesystem::exists(state()));
}

// Takes and drops other files' locks until it goes; the list of locks is longer than one reading.
class lock_traffic {
public:
    explicit lock_traffic(const std::string& directory) {
        for (int i = 0; i < 350; ++i) {
            const std::string path = fmt::format("{}/lock-{}", directory, i);
            files_.push_back(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
            ::flock(files_.back(), LOCK_EX);
        }
        for (unsigned seed : {1U, 2U}) threads_.emplace_back([this, seed] { take_and_drop(seed); });
    }
    ~lock_traffic() {
        ended_ = true;
        for (std::thread& thread : threads_) thread.join();
        for (const int file : files_) ::close(file);
    }

private:
    void take_and_drop(unsigned seed) {
        std::minstd_rand random(seed);
        while (!ended_) {
            const int file = files_[random() % files_.size()];
            ::flock(file, LOCK_UN);
            ::flock(file, LOCK_EX);
        }
    }

    std::vector<int> files_;
    std::atomic<bool> ended_{false};
    std::vector<std::thread> threads_;
};

TEST_F(status_test, daemon_is_found_while_others_take_and_drop_locks) {
    make_queue();
    const lock_traffic others(dir_.path().string());
    const auto held = hold_queue();
    settings options;
    options.queue.directory = queue();
    options.state.directory = state();
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(find_daemon(options)) << "at the look " << i;
}

TEST_F(status_test, nothing_to_send_takes_no_time_that_is_worth_a_line) {
    make_queue();
    open_state();
    const auto held = hold_queue();
    std::string none = live(::getpid());
    none.replace(none.find("\"objects\":3"), 11, "\"objects\":0");
    write_status_file(state(), none);
    EXPECT_THAT(over({"status", "--json"}).out,
                HasSubstr("\"estimated_seconds_after_recovery\":0"));
    EXPECT_THAT(over({"status"}).out, Not(HasSubstr("done in")));
}

TEST_F(status_test, disk_with_less_than_the_reserve_is_told) {
    make_queue();
    EXPECT_THAT(over({"status"}).out, Not(HasSubstr("queue.reserve")));
    EXPECT_THAT(over({"status", "--json"}).out, HasSubstr("\"reserve_lacks\":false"));
    write("hubspool.yaml", "queue:\n    directory: " + queue() +
                               "\n    reserve: 64TiB\nstate:\n    directory: " + state() + "\n");
    EXPECT_THAT(over({"status"}).out, HasSubstr("less than queue.reserve"));
    EXPECT_THAT(over({"status", "--json"}).out, HasSubstr("\"reserve_lacks\":true"));
}

TEST_F(status_test, without_a_queue_it_says_which_is_missing) {
    const ended got = over({"status"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr(queue()));
}

TEST_F(status_test, what_a_starting_daemon_has_not_made_yet_is_asked_for_again) {
    settings options;
    options.queue.directory = queue();
    int asked = 0;
    const auto open = [&](int code) {
        return open_what_is_made(options, [&]() -> result<int> {
            if (++asked < 3) return failure{"missing", code};
            return 7;
        });
    };
    EXPECT_FALSE(static_cast<bool>(open(ENOENT))) << "nobody is there to make it";
    EXPECT_EQ(std::exchange(asked, 0), 1);
    const auto held = hold_queue();
    EXPECT_TRUE(static_cast<bool>(open(ENOENT)));
    EXPECT_EQ(std::exchange(asked, 0), 3);
    EXPECT_FALSE(static_cast<bool>(open(EACCES)));
    EXPECT_EQ(asked, 1);
}

TEST_F(status_test, half_made_queue_of_a_starting_daemon_is_waited_for) {
    make_queue();
    const auto held = hold_queue();
    std::filesystem::remove(queue() + "/rejected");
    std::thread daemon([this] { std::filesystem::create_directory(queue() + "/rejected"); });
    const ended got = over({"status"});
    daemon.join();
    EXPECT_EQ(got.exit_code, 0) << got.err;
}

TEST_F(status_test, unread_files_are_counted_with_their_bytes) {
    make_queue();
    std::ofstream(queue() + "/new/a.ndjson") << "12345";
    std::ofstream(queue() + "/bulk/b.ndjson") << "123";
    std::ofstream(queue() + "/new/.hidden") << "123";
    put_into_cur(4, "1234567");
    const ended got = over({"status", "--json"});
    EXPECT_THAT(got.out, HasSubstr("\"unread\":{\"files\":3,\"bytes\":15}"));
    EXPECT_THAT(got.out, HasSubstr("\"waiting\":{\"files\":2,\"bytes\":8}"));
    EXPECT_THAT(got.out, HasSubstr("\"open_files\":1"));
}

TEST_F(status_test, books_balance_over_whole_half_and_unread_files) {
    make_queue();
    commit(some_history());
    put_into_cur(2, std::string(500, ' '));
    const ended got = over({"status", "--json"});
    EXPECT_THAT(got.out, HasSubstr("\"running\":false,\"pid\":null"));
    EXPECT_THAT(got.out, HasSubstr("\"totals\":{\"records_in\":8,\"delivered\":3,\"superseded\":1,"
                                   "\"dead_lettered\":1,\"pending\":3,\"overtaken\":0,"
                                   "\"unchanged\":0},\"balanced\":true"));
    EXPECT_THAT(got.out, HasSubstr("\"unread\":{\"files\":0,\"bytes\":0}"));
    EXPECT_THAT(got.out, HasSubstr("\"live\":null"));
}

TEST_F(status_test, partly_read_file_counts_what_is_settled_of_it) {
    make_queue();
    commit_unit unit = some_history();
    unit.files[1].records_in.reset();
    unit.files[1].watermark = {100, 2, 3};
    unit.totals->records_in = 3;
    commit(unit);
    put_into_cur(2, std::string(500, ' '));
    const ended got = over({"status", "--json"});
    EXPECT_THAT(got.out,
                HasSubstr("\"records_in\":5,\"delivered\":3,\"superseded\":1,\"dead_lettered\":1,"
                          "\"pending\":0,\"overtaken\":0,\"unchanged\":0},\"balanced\":true"));
    EXPECT_THAT(got.out, HasSubstr("\"unread\":{\"files\":1,\"bytes\":400}"));
}

TEST_F(status_test, lost_record_unbalances_the_books) {
    make_queue();
    commit_unit unit = some_history();
    unit.totals->records_in = 9;
    commit(unit);
    const ended got = over({"status"});
    EXPECT_THAT(got.out, HasSubstr("THE BOOKS DO NOT BALANCE"));
}

TEST_F(status_test, scenario_19_file_whose_sums_disagree_is_named) {
    make_queue();
    commit_unit unit = some_history();
    unit.files[1].mismatches = 1;
    unit.files[1].keep_because = "its books do not balance: 3 records were read";
    commit(unit);
    EXPECT_THAT(over({"status"}).out,
                AllOf(HasSubstr("the sums of file 2 (more.ndjson) disagree"),
                      HasSubstr("please report it; its books do not balance: 3 records")));
    EXPECT_THAT(over({"status", "--json"}).out, HasSubstr("\"mismatched\":[2]"));
}

TEST_F(status_test, parks_are_told_with_what_ends_them) {
    make_queue();
    commit_unit unit;
    unit.parks = {{park_reason::unauthorized, wall_time(std::chrono::hours(1)), "write a new token",
                   wall_time(std::chrono::hours(2))}};
    commit(unit);
    const ended got = over({"status"});
    EXPECT_THAT(got.out,
                HasSubstr("parked     unauthorized since 1970-01-01 01:00:00Z: write a new token"));
    EXPECT_THAT(got.out, HasSubstr("next try at 1970-01-01 02:00:00Z"));
}

TEST_F(status_test, holder_of_the_lock_is_running_and_its_word_is_shown) {
    make_queue();
    open_state();
    const auto held = hold_queue();
    write_status_file(state(), live(::getpid()));
    const ended got = over({"status"});
    EXPECT_THAT(got.out, HasSubstr(fmt::format("running    yes (run, pid {})", ::getpid())));
    EXPECT_THAT(got.out,
                HasSubstr("unreachable since 2026-11-23T22:41:34.120Z: connection refused"));
    EXPECT_THAT(got.out, HasSubstr("next try with one record at 2026-11-23T22:42:00.000Z"));
    EXPECT_THAT(got.out, HasSubstr("in memory  4 records read and not settled, of 3 objects"));
    EXPECT_THAT(over({"status", "--json"}).out, HasSubstr("\"live\":{\"pid\""));
}

TEST_F(status_test, word_of_a_process_that_has_gone_is_not_believed) {
    make_queue();
    open_state();
    write_status_file(state(), live(::getpid()));
    EXPECT_THAT(over({"status"}).out, HasSubstr("running    no"));
    const auto held = hold_queue();
    write_status_file(state(), live(1));
    const ended got = over({"status"});
    EXPECT_THAT(got.out, HasSubstr("running    yes (starting"));
    EXPECT_THAT(got.out, Not(HasSubstr("failing")));
}

} // namespace hubspool
