#include "state/replay/replay_jobs.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class replay_jobs_test : public ::testing::Test {
protected:
    replay_jobs jobs(replay_jobs::access how = replay_jobs::access::change) {
        auto made = replay_jobs::open(where_, how);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }
    static std::string name_of(std::uint64_t id, std::size_t place) {
        return "replay." + std::to_string(id) + "-" + std::to_string(place + 1);
    }
    result<std::uint64_t> add(std::size_t files, std::uint32_t requests_max = 0,
                              wall_time forget_before = {}) {
        replay_job job;
        job.created = at_ms(5000);
        job.reason = "an outage";
        job.chosen = "since then";
        job.files = files;
        job.requests_max = requests_max;
        std::vector<replay_file> chosen(files);
        for (std::size_t i = 0; i < files; ++i)
            chosen[i] = {"done/" + std::to_string(i), false, {}, 7, 8};
        return jobs().add(job, chosen, name_of, forget_before);
    }
    // What the daemon commits of a file of the job.
    void put_row(std::uint64_t number, const std::string& name, bool settled) {
        commit_unit unit;
        file_row row = make_file(number);
        row.name = name;
        row.counts = {2, 1, 0, 1};
        if (settled) row.settled = at_ms(9000);
        unit.files = {row};
        ASSERT_TRUE(works(store_->commit(unit)));
    }

    temp_dir directory_;
    std::string where_ = directory_.path().string();
    std::unique_ptr<state_store> store_ = opened(where_);
};

TEST_F(replay_jobs_test, selection_is_kept_as_it_was_and_its_files_get_names) {
    EXPECT_EQ(value_of(add(3)), 1U);
    const auto job = *value_of(jobs(replay_jobs::access::look).find(1));
    EXPECT_EQ(job.reason, "an outage");
    EXPECT_EQ(job.files, 3U);
    EXPECT_FALSE(job.over);
    const auto files = value_of(jobs().files_of(1, 1, 10));
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].name, "replay.1-2");
    EXPECT_EQ(files[0].source, "done/1");
    EXPECT_EQ(files[0].mtime_ns, 8);
    EXPECT_FALSE(value_of(jobs().find(2)));
}

TEST_F(replay_jobs_test, one_goes_at_a_time) {
    ASSERT_TRUE(works(add(1)));
    const auto second = add(1);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EBUSY);
    EXPECT_THAT(second.error().message, HasSubstr("replay cancel 1"));
    EXPECT_TRUE(value_of(jobs().wish(1, replay_wish::cancel, at_ms(6000))));
    EXPECT_EQ(value_of(add(1)), 2U);
    EXPECT_FALSE(value_of(jobs().wish(1, replay_wish::pause, at_ms(6000)))) << "it is over";
}

// Names are made of it: one that comes again would find the files of the job before.
TEST_F(replay_jobs_test, id_is_never_given_again) {
    ASSERT_TRUE(works(add(1)));
    ASSERT_TRUE(works(jobs().end(1, at_ms(6000))));
    EXPECT_EQ(value_of(add(1, 0, at_ms(7000))), 2U);
    EXPECT_FALSE(value_of(jobs().find(1))) << "it was forgotten";
}

TEST_F(replay_jobs_test, progress_is_what_the_books_say_of_its_files) {
    ASSERT_TRUE(works(add(3)));
    put_row(8, "replay.1-1", true);
    put_row(9, "replay.1-2", false);
    put_row(10, "another", true);
    auto found = jobs();
    EXPECT_EQ(value_of(found.book_of("replay.1-1")), replay_jobs::book::settled);
    EXPECT_EQ(value_of(found.book_of("replay.1-2")), replay_jobs::book::open);
    EXPECT_EQ(value_of(found.book_of("replay.1-3")), replay_jobs::book::unknown);
    ASSERT_TRUE(works(found.skip(1, 2, "it is gone")));
    const auto progress = value_of(found.progress_of(1));
    EXPECT_EQ(progress.begun, 2U);
    EXPECT_EQ(progress.settled, 1U);
    EXPECT_EQ(progress.skipped, 1U);
    EXPECT_EQ(progress.counts.overtaken, 2U);
    EXPECT_FALSE(progress.is_done(*value_of(found.find(1))));
    EXPECT_THAT(value_of(found.skipped_of(1, 5)), ElementsAre(Pair("done/2", "it is gone")));
    EXPECT_EQ(found.has_room().error().code, EBUSY);
    put_row(9, "replay.1-2", true);
    EXPECT_TRUE(works(found.has_room())) << "whether or not anybody has noticed";
    EXPECT_TRUE(value_of(found.progress_of(1)).is_done(*value_of(found.find(1))));
    ASSERT_TRUE(works(add(1)));
    EXPECT_TRUE(value_of(found.find(1))->over);
}

TEST_F(replay_jobs_test, requests_of_the_one_under_way_are_told_with_what_operators_ask) {
    EXPECT_EQ(value_of(store_->read_request()).bulk_requests_max, 0U);
    ASSERT_TRUE(works(add(1, 40)));
    EXPECT_EQ(value_of(store_->read_request()).bulk_requests_max, 40U);
    ASSERT_TRUE(works(jobs().wish(1, replay_wish::pause, at_ms(6000))));
    EXPECT_EQ(value_of(store_->read_request()).bulk_requests_max, 0U);
    ASSERT_TRUE(works(jobs().wish(1, replay_wish::go_on, at_ms(6000))));
    ASSERT_TRUE(works(jobs().end(1, at_ms(7000))));
    EXPECT_EQ(value_of(store_->read_request()).bulk_requests_max, 0U);
}

TEST_F(replay_jobs_test, files_come_by_place_from_one_on_as_many_as_asked_for) {
    ASSERT_TRUE(works(add(5)));
    const auto names = [&](std::size_t from, std::size_t most) {
        std::vector<std::string> found;
        for (const replay_file& file : value_of(jobs().files_of(1, from, most)))
            found.push_back(file.source);
        return found;
    };
    EXPECT_THAT(names(0, 2), ElementsAre("done/0", "done/1"));
    EXPECT_THAT(names(2, 100), ElementsAre("done/2", "done/3", "done/4"));
    EXPECT_THAT(names(5, 100), ElementsAre());
    EXPECT_THAT(value_of(jobs().files_of(2, 0, 100)), ElementsAre()) << "of no job";
}

TEST_F(replay_jobs_test, wish_stands_until_the_next_one_and_only_cancel_ends_the_job) {
    ASSERT_TRUE(works(add(1)));
    for (const replay_wish what : {replay_wish::pause, replay_wish::go_on, replay_wish::pause}) {
        ASSERT_TRUE(value_of(jobs().wish(1, what, at_ms(6000))));
        EXPECT_EQ(value_of(jobs().find(1))->wish, what);
        EXPECT_FALSE(value_of(jobs().find(1))->over);
    }
    ASSERT_TRUE(value_of(jobs().wish(1, replay_wish::cancel, at_ms(6000))));
    EXPECT_EQ(value_of(jobs().find(1))->over, at_ms(6000));
    EXPECT_FALSE(value_of(jobs().under_way()));
}

TEST_F(replay_jobs_test, wish_for_a_job_that_is_none_is_not_heard) {
    EXPECT_FALSE(value_of(jobs().wish(7, replay_wish::pause, at_ms(6000))));
}

TEST_F(replay_jobs_test, end_is_of_the_job_that_is_meant_and_comes_once) {
    ASSERT_TRUE(works(add(1)));
    ASSERT_TRUE(works(jobs().end(7, at_ms(6000))));
    EXPECT_FALSE(value_of(jobs().find(1))->over) << "another one was meant";
    ASSERT_TRUE(works(jobs().end(1, at_ms(7000))));
    ASSERT_TRUE(works(jobs().end(1, at_ms(8000))));
    EXPECT_EQ(value_of(jobs().find(1))->over, at_ms(7000));
}

TEST_F(replay_jobs_test, job_that_ended_before_is_forgotten_with_its_files) {
    ASSERT_TRUE(works(add(2)));
    ASSERT_TRUE(works(jobs().end(1, at_ms(6000))));
    ASSERT_TRUE(works(add(1, 0, at_ms(6000))));
    EXPECT_TRUE(value_of(jobs().find(1))) << "it ended then, and not before";
    ASSERT_TRUE(works(jobs().end(2, at_ms(6500))));
    ASSERT_TRUE(works(add(1, 0, at_ms(6001))));
    EXPECT_FALSE(value_of(jobs().find(1)));
    EXPECT_THAT(value_of(jobs().files_of(1, 0, 100)), ElementsAre());
    EXPECT_TRUE(value_of(jobs().find(2)));
}

TEST_F(replay_jobs_test, files_that_were_left_out_are_told_in_their_order_as_many_as_asked_for) {
    ASSERT_TRUE(works(add(4)));
    for (const std::size_t place : {3U, 0U, 2U})
        ASSERT_TRUE(works(jobs().skip(1, place, "why " + std::to_string(place))));
    EXPECT_THAT(value_of(jobs().skipped_of(1, 2)),
                ElementsAre(Pair("done/0", "why 0"), Pair("done/2", "why 2")));
}

TEST_F(replay_jobs_test, who_looks_changes_nothing) {
    ASSERT_TRUE(works(add(1)));
    EXPECT_FALSE(jobs(replay_jobs::access::look).wish(1, replay_wish::cancel, at_ms(6000)));
    EXPECT_FALSE(jobs(replay_jobs::access::look).skip(1, 0, "x"));
    EXPECT_FALSE(value_of(jobs().find(1))->over);
}

TEST_F(replay_jobs_test, second_job_that_is_refused_leaves_nothing) {
    ASSERT_TRUE(works(add(1)));
    ASSERT_FALSE(add(3));
    EXPECT_EQ(value_of(jobs().load()).size(), 1U);
    EXPECT_THAT(value_of(jobs().files_of(2, 0, 100)), ElementsAre());
}

} // namespace
} // namespace hubspool
