// A file that was settled, moved to done/, and turns out to have grown: from there to rejected/.
// And what stands in the way of a move.
#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class late_rejection : public queue_fixture {
protected:
    // A file in done/.
    claimed_file moved(queue_directory& queue) {
        const auto file = claim_one(queue, "a", "{\"objectId\":1}");
        if (!queue.moves().to_done(file, settled_)) throw std::runtime_error("not moved");
        return file;
    }
    const wall_time settled_{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)};
    const std::string name_ = "00000000000000000001-2000000000000-live-a";
};

TEST_F(late_rejection, settled_file_is_looked_at_where_its_day_has_it) {
    const auto queue = open();
    const auto file = moved(*queue);
    const auto look = queue->moves().look_in_done(file, settled_);
    ASSERT_TRUE(look && *look);
    EXPECT_EQ((*look)->size, 14U);
}

TEST_F(late_rejection, settled_file_that_has_gone_is_nothing) {
    const auto queue = open();
    const auto file = moved(*queue);
    std::filesystem::remove(at("done/2026-11-23/" + name_));
    EXPECT_EQ(*queue->moves().look_in_done(file, settled_), std::nullopt);
}

TEST_F(late_rejection, settled_file_whose_day_has_gone_is_nothing) {
    const auto queue = open();
    const auto file = moved(*queue);
    std::filesystem::remove_all(at("done/2026-11-23"));
    EXPECT_EQ(*queue->moves().look_in_done(file, settled_), std::nullopt);
}

// What lies there was not put there by us.
TEST_F(late_rejection, day_that_is_a_link_is_a_failure_and_not_a_file_that_has_gone) {
    const auto queue = open();
    const auto file = moved(*queue);
    std::filesystem::rename(at("done/2026-11-23"), dir_.file("elsewhere"));
    std::filesystem::create_directory_symlink(dir_.file("elsewhere"), at("done/2026-11-23"));
    EXPECT_FALSE(queue->moves().look_in_done(file, settled_));
}

TEST_F(late_rejection, file_goes_to_rejected_with_its_reason) {
    const auto queue = open();
    ASSERT_TRUE(queue->moves().reject_from_done(moved(*queue), settled_, "it grew"));
    EXPECT_EQ(content_of(at("rejected/" + name_)), "{\"objectId\":1}");
    EXPECT_EQ(content_of(at("rejected/" + name_ + ".reason")), "it grew\n");
    EXPECT_FALSE(std::filesystem::exists(at("done/2026-11-23/" + name_)));
}

TEST_F(late_rejection, is_durable_in_both_directories) {
    const auto queue = open();
    const auto file = moved(*queue);
    ASSERT_TRUE(queue->moves().sync());
    ASSERT_TRUE(queue->moves().reject_from_done(file, settled_, "it grew"));
    system_calls calls(root());
    ASSERT_TRUE(queue->moves().sync());
    EXPECT_THAT(calls.seen(), ElementsAre("fsync done/2026-11-23", "fsync rejected"));
}

TEST_F(late_rejection, never_replaces_what_is_in_rejected) {
    const auto queue = open();
    const auto file = moved(*queue);
    std::ofstream(at("rejected/" + name_)) << "of somebody";
    ASSERT_TRUE(queue->moves().reject_from_done(file, settled_, "it grew"));
    EXPECT_EQ(content_of(at("rejected/" + name_)), "of somebody");
    EXPECT_EQ(content_of(at("rejected/" + name_ + "~2")), "{\"objectId\":1}");
}

TEST_F(late_rejection, without_room_for_the_reason_leaves_the_file_where_it_is) {
    const auto queue = open();
    const auto file = moved(*queue);
    system_calls calls(root());
    calls.refuse("fsync rejected/", ENOSPC);
    EXPECT_EQ(queue->moves().reject_from_done(file, settled_, "it grew").error().code, ENOSPC);
    EXPECT_TRUE(std::filesystem::exists(at("done/2026-11-23/" + name_)));
}

TEST_F(late_rejection, of_a_file_that_has_gone_is_a_failure_that_names_it) {
    const auto queue = open();
    const auto file = moved(*queue);
    std::filesystem::remove(at("done/2026-11-23/" + name_));
    const auto rejected = queue->moves().reject_from_done(file, settled_, "it grew");
    ASSERT_FALSE(rejected);
    EXPECT_EQ(rejected.error().code, ENOENT);
    EXPECT_THAT(rejected.error().message, HasSubstr("done/2026-11-23/" + name_));
}

class names_that_are_taken : public late_rejection {
protected:
    // NAME, NAME~2 ... NAME~`last` are somebody's.
    void take(const std::string& directory, int last) {
        std::filesystem::create_directories(at(directory));
        for (int i = 1; i <= last; ++i)
            std::ofstream(at(directory + '/' + name_ + (i == 1 ? "" : '~' + std::to_string(i))))
                << "of somebody";
    }
};

TEST_F(names_that_are_taken, up_to_98_the_next_one_is_the_files) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a");
    take("done/2026-11-23", 98);
    ASSERT_TRUE(queue->moves().to_done(file, settled_));
    EXPECT_EQ(content_of(at("done/2026-11-23/" + name_ + "~99")), "{}");
}

TEST_F(names_that_are_taken, all_of_them_keep_the_file_in_cur_and_say_what_to_do) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a");
    take("done/2026-11-23", 99);
    take("rejected", 99);
    for (const auto& refused :
         {queue->moves().to_done(file, settled_), queue->moves().reject(file, "why")}) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, EEXIST);
        EXPECT_THAT(refused.error().message, HasSubstr("remove the copies of it there"));
    }
    EXPECT_TRUE(std::filesystem::exists(at("cur/000000/" + name_)));
}

// The file itself under its new name: a crash came between link and unlink.
TEST_F(names_that_are_taken, by_the_file_itself_in_rejected_are_its_own) {
    const auto queue = open();
    const auto file = claim_one(*queue, "a");
    std::filesystem::create_hard_link(at("cur/000000/" + name_), at("rejected/" + name_));
    ASSERT_TRUE(queue->moves().reject(file, "why"));
    EXPECT_FALSE(std::filesystem::exists(at("cur/000000/" + name_)));
    EXPECT_FALSE(std::filesystem::exists(at("rejected/" + name_ + "~2")));
}

} // namespace
} // namespace hubspool::testing
