#include "app/replay/replay_feed.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_names.hpp"
#include "state/state_builders.hpp"
#include "support/captured_log.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::hubspool::testing::said_while;
using ::hubspool::testing::system_calls;
using ::hubspool::testing::until_next_tick;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class replay_feed_test : public ::hubspool::testing::queue_fixture {
protected:
    void SetUp() override { std::filesystem::create_directories(at("done/2026-11-23")); }

    replay_feed feed(bool is_drain = false) { return {*queue_, where_, is_drain}; }
    replay_jobs jobs() {
        auto made = replay_jobs::open(where_, replay_jobs::access::change);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }
    static std::string name_of(std::uint64_t id, std::size_t place) {
        return "replay." + std::to_string(id) + "-" + std::to_string(place + 1);
    }
    void begin_job(std::size_t files, std::size_t bytes = 2) {
        std::vector<replay_file> chosen;
        for (std::size_t i = 0; i < files; ++i) {
            const std::string source = "done/2026-11-23/" + std::to_string(i);
            std::ofstream(at(source)) << std::string(bytes, ' ');
            file_look look;
            ASSERT_EQ(look_at(queue_->layout().root.get(), source, look), 0);
            chosen.push_back({source, false, {}, look.size, look.mtime_ns});
        }
        replay_job job;
        job.files = files;
        ASSERT_TRUE(works(jobs().add(job, chosen, name_of, {})));
    }
    void settle(std::size_t file) {
        commit_unit unit;
        file_row row = make_file(file + 1);
        row.name = name_of(1, file);
        row.settled = at_ms(9000);
        unit.files = {row};
        ASSERT_TRUE(works(store_->commit(unit)));
        std::filesystem::remove(at("bulk") / row.name);
    }
    std::vector<std::string> waiting() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(at("bulk")))
            names.push_back(entry.path().filename());
        std::sort(names.begin(), names.end());
        return names;
    }

    std::unique_ptr<queue_directory> queue_ = open();
    std::string where_ = dir_.file("state");
    std::unique_ptr<state_store> store_ = opened(where_);
};

TEST_F(replay_feed_test, without_a_job_there_is_nothing_to_bring) {
    EXPECT_EQ(feed().step(at_ms(0)), brought::nothing);
    EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(replay_feed_test, job_is_over_when_all_its_files_are_settled) {
    begin_job(2);
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_THAT(waiting(), ElementsAre("replay.1-1", "replay.1-2"));
    settle(0);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing);
    EXPECT_FALSE(value_of(jobs().find(1))->over);
    settle(1);
    EXPECT_EQ(feeding.step(at_ms(77)), brought::nothing);
    EXPECT_EQ(value_of(jobs().find(1))->over, at_ms(77));
}

TEST_F(replay_feed_test, large_files_go_one_after_the_other) {
    begin_job(3, 17U << 20);
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    EXPECT_THAT(waiting(), IsEmpty());
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing) << "enough of it is in the queue";
    EXPECT_THAT(waiting(), ElementsAre("replay.1-1"));
    settle(0);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_THAT(waiting(), ElementsAre("replay.1-2"));
}

// Nothing of a drain settles before all is read.
TEST_F(replay_feed_test, drain_takes_file_after_file) {
    begin_job(2, 17U << 20);
    auto feeding = feed(true);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing);
    EXPECT_THAT(waiting(), SizeIs(2));
}

// Wherever the run before left it: waiting, claimed and not read, being read, settled.
TEST_F(replay_feed_test, nothing_is_put_twice_after_a_restart) {
    begin_job(4);
    EXPECT_EQ(feed().step(at_ms(0)), brought::files);
    settle(0);
    std::filesystem::remove(at("bulk/replay.1-3"));
    commit_unit unit;
    file_row row = make_file(3);
    row.name = "replay.1-3";
    unit.files = {row};
    ASSERT_TRUE(works(store_->commit(unit)));
    std::filesystem::rename(at("bulk/replay.1-2"), at("bulk/put-by"));
    until_next_tick();
    std::filesystem::rename(at("bulk/replay.1-4"), dir_.path() / "aside");
    std::filesystem::rename(at("bulk/put-by"), at("bulk/replay.1-2"));
    until_next_tick();
    ASSERT_THAT(scan_all(*queue_), SizeIs(1)) << "1-2 is in cur/ now";
    std::filesystem::rename(dir_.path() / "aside", at("bulk/replay.1-4"));
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing);
    EXPECT_THAT(waiting(), ElementsAre("replay.1-4"));
    EXPECT_FALSE(value_of(jobs().find(1))->over);
}

TEST_F(replay_feed_test, pause_takes_back_what_was_begun_and_cancel_ends_it) {
    begin_job(2, 17U << 20);
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    ASSERT_TRUE(value_of(jobs().wish(1, replay_wish::pause, at_ms(0))));
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing);
    EXPECT_TRUE(std::filesystem::is_empty(at("tmp")));
    ASSERT_TRUE(value_of(jobs().wish(1, replay_wish::go_on, at_ms(0))));
    EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
    ASSERT_TRUE(value_of(jobs().wish(1, replay_wish::cancel, at_ms(0))));
    EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing);
    EXPECT_TRUE(std::filesystem::is_empty(at("tmp")));
    EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(replay_feed_test, file_that_has_gone_is_left_out_and_the_others_go_on) {
    begin_job(2);
    std::filesystem::remove(at("done/2026-11-23/0"));
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_THAT(waiting(), ElementsAre("replay.1-2"));
    EXPECT_EQ(value_of(jobs().progress_of(1)).skipped, 1U);
    settle(1);
    feeding.step(at_ms(5));
    EXPECT_TRUE(value_of(jobs().find(1))->over);
}

// What the run before had put there is found before anything of it is claimed.
TEST_F(replay_feed_test, large_file_that_is_left_out_hides_nothing_that_waits_behind_it) {
    begin_job(3, 17U << 20);
    std::filesystem::remove(at("done/2026-11-23/0"));
    {
        auto feeding = feed();
        EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
        EXPECT_EQ(feeding.step(at_ms(0)), brought::part);
        EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    }
    ASSERT_THAT(waiting(), ElementsAre("replay.1-2"));
    auto feeding = feed();
    feeding.step(at_ms(0));
    until_next_tick();
    ASSERT_THAT(scan_all(*queue_), SizeIs(1));
    for (int i = 0; i < 5; ++i) feeding.step(at_ms(0));
    EXPECT_THAT(waiting(), IsEmpty()) << "1-2 is in cur/, and fills the queue enough";
}

TEST_F(replay_feed_test, staged_file_goes_with_its_directory_once_it_is_in_the_queue) {
    std::filesystem::create_directory(where_ + "/staged-1");
    std::ofstream(where_ + "/staged-1/a") << "{}";
    file_look look;
    ASSERT_EQ(look_at(AT_FDCWD, where_ + "/staged-1/a", look), 0);
    replay_job job;
    job.files = 1;
    ASSERT_TRUE(
        works(jobs().add(job, {{"staged-1/a", true, {}, look.size, look.mtime_ns}}, name_of, {})));
    EXPECT_EQ(feed().step(at_ms(0)), brought::files);
    EXPECT_THAT(waiting(), ElementsAre("replay.1-1"));
    EXPECT_FALSE(std::filesystem::exists(where_ + "/staged-1"));
}

TEST_F(replay_feed_test, settled_file_of_done_stays_where_it_is) {
    begin_job(1);
    EXPECT_EQ(feed().step(at_ms(0)), brought::files);
    EXPECT_TRUE(std::filesystem::exists(at("done/2026-11-23/0")));
}

TEST_F(replay_feed_test, what_stands_in_its_way_is_said_once_and_tried_again) {
    begin_job(1);
    auto feeding = feed();
    {
        system_calls calls(root());
        calls.refuse("fsync tmp/", EIO);
        EXPECT_THAT(said_while([&] { EXPECT_EQ(feeding.step(at_ms(0)), brought::nothing); }),
                    HasSubstr("the replay does not go on, it is tried again"));
        EXPECT_NE(feeding.trouble(), "");
        EXPECT_EQ(said_while([&] { feeding.step(at_ms(0)); }), "");
    }
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    EXPECT_EQ(feeding.trouble(), "");
    EXPECT_EQ(value_of(jobs().progress_of(1)).skipped, 0U);
}

TEST_F(replay_feed_test, copy_that_failed_leaves_nothing_in_tmp) {
    begin_job(1);
    auto feeding = feed();
    system_calls calls(root());
    calls.refuse("fsync tmp/", EIO);
    feeding.step(at_ms(0));
    EXPECT_TRUE(std::filesystem::is_empty(at("tmp")));
}

TEST_F(replay_feed_test, file_that_was_changed_since_it_was_chosen_is_left_out_with_the_reason) {
    begin_job(1);
    std::ofstream(at("done/2026-11-23/0"), std::ios::app) << "more";
    EXPECT_THAT(said_while([&] { feed().step(at_ms(0)); }),
                HasSubstr("a file of the replay is left out: it was changed since it was chosen"));
    EXPECT_THAT(
        value_of(jobs().skipped_of(1, 10)),
        ElementsAre(::testing::Pair("done/2026-11-23/0", "it was changed since it was chosen")));
}

TEST_F(replay_feed_test, next_job_begins_with_its_first_file) {
    begin_job(1);
    auto feeding = feed();
    EXPECT_EQ(feeding.step(at_ms(0)), brought::files);
    settle(0);
    feeding.step(at_ms(5));
    begin_job(1);
    EXPECT_EQ(feeding.step(at_ms(6)), brought::files);
    EXPECT_THAT(waiting(), ElementsAre("replay.2-1"));
}

// Also when nothing of it is in the queue any more.
TEST_F(replay_feed_test, job_of_which_each_file_was_left_out_is_over) {
    begin_job(2);
    std::filesystem::remove_all(at("done/2026-11-23"));
    auto feeding = feed();
    said_while([&] { feeding.step(at_ms(77)); });
    EXPECT_EQ(value_of(jobs().find(1))->over, at_ms(77));
}

} // namespace
} // namespace hubspool
