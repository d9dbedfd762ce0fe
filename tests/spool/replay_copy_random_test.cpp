// Copies of kept files in steps of any size, given up and begun again at any of them.
#include "spool/arrivals/replay_copy.hpp"
#include "spool/queue_fixture.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <cerrno>
#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class replay_copy_random : public ::hubspool::testing::queue_fixture {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    std::string any_bytes(std::uint64_t size) {
        std::string bytes(size, '\0');
        for (char& c : bytes) c = static_cast<char>(below(256));
        return bytes;
    }
    file_to_copy keep(const std::string& name, const std::string& content) {
        std::ofstream(at("done") / name, std::ios::binary) << content;
        return look_again({queue_->layout().root.get(), "done/" + name, 0, 0, "again." + name});
    }
    file_to_copy look_again(file_to_copy what) {
        file_look look;
        EXPECT_EQ(look_at(queue_->layout().root.get(), what.source, look), 0);
        what.size = look.size;
        what.mtime_ns = look.mtime_ns;
        return what;
    }
    replay_copy begun(const file_to_copy& what) {
        auto copy = replay_copy::begin(queue_->layout(), what);
        if (!copy) throw std::runtime_error(copy.error().message);
        return std::move(*copy);
    }
    std::vector<std::string> listed(const std::string& where) const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(at(where)))
            names.push_back(entry.path().filename());
        return names;
    }

    std::unique_ptr<queue_directory> queue_ = open();
    std::mt19937_64 random_{5};
};

TEST_F(replay_copy_random, copy_is_the_file_byte_by_byte_whatever_the_steps) {
    for (int round = 0; round < testing::random_rounds(40); ++round) {
        const std::string content = any_bytes(below(4) == 0 ? below(3) : below(200'000));
        const std::string name = std::to_string(round);
        const file_to_copy what = keep(name, content);
        auto copy = std::make_unique<replay_copy>(begun(what));
        std::uint64_t copied = 0;
        while (true) {
            const std::uint64_t most = 1 + below(50'000);
            const auto done = copy->go_on(most);
            ASSERT_TRUE(static_cast<bool>(done)) << done.error().message;
            copied += most;
            if (*done) break;
            ASSERT_LT(copied, content.size()) << "a step copied less than it might";
            ASSERT_FALSE(std::filesystem::exists(at("bulk/again." + name)));
            if (below(10) != 0) continue;
            // As if it was stopped, and went on after a restart.
            copy.reset();
            ASSERT_THAT(listed("tmp"), IsEmpty());
            if (below(2) == 0) std::ofstream(at("tmp/again." + name + ".tmp")) << "of a kill";
            copy = std::make_unique<replay_copy>(begun(what));
            copied = 0;
        }
        copy.reset();
        ASSERT_EQ(::hubspool::testing::content_of(at("bulk/again." + name)), content);
        ASSERT_EQ(::hubspool::testing::content_of(at("done/" + name)), content);
        ASSERT_THAT(listed("tmp"), IsEmpty());
    }
}

TEST_F(replay_copy_random, source_that_shrinks_under_the_copy_is_not_put_there) {
    const file_to_copy what = keep("a", any_bytes(10'000));
    auto copy = std::make_unique<replay_copy>(begun(what));
    ASSERT_EQ(*copy->go_on(4000), false);
    ASSERT_EQ(::truncate(at("done/a").c_str(), 5000), 0);
    const auto done = copy->go_on(1U << 20);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ESTALE);
    copy.reset();
    EXPECT_THAT(listed("bulk"), IsEmpty());
    EXPECT_THAT(listed("tmp"), IsEmpty());
}

TEST_F(replay_copy_random, source_that_is_removed_under_the_copy_is_copied_whole) {
    const std::string content = any_bytes(10'000);
    auto copy = begun(keep("a", content));
    ASSERT_EQ(*copy.go_on(4000), false);
    std::filesystem::remove(at("done/a"));
    ASSERT_EQ(*copy.go_on(1U << 20), true);
    EXPECT_EQ(::hubspool::testing::content_of(at("bulk/again.a")), content);
}

TEST_F(replay_copy_random, what_is_no_regular_file_is_not_copied) {
    const file_to_copy what = keep("a", "{}");
    std::filesystem::rename(at("done/a"), at("done/b"));
    std::filesystem::create_directories(at("done/a"));
    EXPECT_EQ(replay_copy::begin(queue_->layout(), look_again(what)).error().code, ESTALE);
    std::filesystem::remove(at("done/a"));
    std::filesystem::create_symlink(at("done/b"), at("done/a"));
    EXPECT_FALSE(replay_copy::begin(queue_->layout(), what)) << "no link is followed";
    EXPECT_THAT(listed("tmp"), IsEmpty());
}

TEST_F(replay_copy_random, place_that_is_taken_in_tmp_is_a_failure_that_may_pass) {
    const file_to_copy what = keep("a", "{}");
    std::filesystem::create_directories(at("tmp/again.a.tmp"));
    const auto blocked = replay_copy::begin(queue_->layout(), what);
    ASSERT_FALSE(blocked);
    EXPECT_NE(blocked.error().code, ESTALE) << "the file is not left out for that";
    EXPECT_THAT(blocked.error().message, ::testing::HasSubstr("again.a.tmp"));
    std::filesystem::remove(at("tmp/again.a.tmp"));
    EXPECT_EQ(*begun(what).go_on(100), true);
}

TEST_F(replay_copy_random, bulk_that_is_no_directory_is_a_failure) {
    const file_to_copy what = keep("a", "{}");
    std::filesystem::remove_all(at("bulk"));
    std::ofstream(at("bulk")) << "a file";
    {
        auto copy = begun(what);
        const auto done = copy.go_on(100);
        ASSERT_FALSE(done);
        EXPECT_NE(done.error().code, ESTALE);
    }
    EXPECT_THAT(listed("tmp"), IsEmpty());
    EXPECT_FALSE(replay_copy::is_waiting(queue_->layout(), "again.a"));
    std::filesystem::remove(at("bulk"));
    EXPECT_EQ(*begun(what).go_on(100), true);
    EXPECT_THAT(listed("bulk"), ElementsAre("again.a")) << "it was made anew";
}

TEST_F(replay_copy_random, two_copies_side_by_side_do_not_meet) {
    const std::string one = any_bytes(30'000), other = any_bytes(30'000);
    auto first = begun(keep("a", one)), second = begun(keep("b", other));
    bool first_done = false, second_done = false;
    while (!first_done || !second_done) {
        if (!first_done) first_done = *first.go_on(1 + below(5000));
        if (!second_done) second_done = *second.go_on(1 + below(5000));
    }
    EXPECT_EQ(::hubspool::testing::content_of(at("bulk/again.a")), one);
    EXPECT_EQ(::hubspool::testing::content_of(at("bulk/again.b")), other);
}

} // namespace
} // namespace hubspool
