#include "spool/arrivals/replay_copy.hpp"
#include "spool/claims/done_files.hpp"
#include "spool/queue_fixture.hpp"
#include "spool/queue_names.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string day = "2026-11-23";

class replay_copy_test : public ::hubspool::testing::queue_fixture {
protected:
    void SetUp() override { std::filesystem::create_directories(at("done/" + day)); }

    // As the moves out of cur/ leave it.
    std::string settle(std::uint64_t number, const std::string& name, const std::string& content) {
        const claimed_name named{number, 1'796'000'400'000, lane::live, name};
        const std::string whole = format_claimed_name(named);
        std::ofstream(at("done/" + day) / whole) << content;
        return whole;
    }
    std::vector<done_file> found() {
        std::vector<done_file> files;
        const auto done = visit_done(
            queue_->layout(), [](const claimed_file&, const std::string&) { return true; },
            [&](done_file file) { files.push_back(std::move(file)); });
        EXPECT_TRUE(static_cast<bool>(done));
        return files;
    }
    file_to_copy first() {
        const done_file file = found().at(0);
        return {queue_->layout().root.get(), file.path, file.file.size, file.mtime_ns, "again"};
    }
    std::vector<std::string> names_in(const std::string& where) const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(at(where)))
            names.push_back(entry.path().filename());
        return names;
    }

    std::unique_ptr<queue_directory> queue_ = open();
};

TEST_F(replay_copy_test, done_files_are_found_by_their_names) {
    settle(7, "a.as_of=20261130T010000Z.json", "{}");
    std::ofstream(at("done/" + day) / "no name of ours");
    std::filesystem::create_directories(at("done/notes"));
    const std::vector<done_file> files = found();
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].file.number, 7U);
    EXPECT_EQ(files[0].file.name, "a.as_of=20261130T010000Z.json");
    EXPECT_EQ(files[0].file.order.stamp, 1'796'000'400'000U);
    EXPECT_EQ(files[0].file.size, 2U);
    EXPECT_EQ(files[0].day, day);
    EXPECT_TRUE(std::filesystem::exists(at(files[0].path)));
}

TEST_F(replay_copy_test, file_is_in_bulk_whole_or_not_at_all) {
    settle(7, "a", std::string(3000, 'x'));
    {
        auto copy = replay_copy::begin(queue_->layout(), first());
        ASSERT_TRUE(static_cast<bool>(copy));
        EXPECT_EQ(*copy->go_on(1000), false);
        EXPECT_THAT(names_in("bulk"), IsEmpty());
        EXPECT_THAT(names_in("tmp"), ElementsAre("again.tmp"));
    }
    EXPECT_THAT(names_in("tmp"), IsEmpty()) << "given up";
    // What a kill has left there is in nobody's way.
    std::ofstream(at("tmp") / "again.tmp") << "half";
    auto copy = replay_copy::begin(queue_->layout(), first());
    ASSERT_TRUE(static_cast<bool>(copy));
    EXPECT_EQ(*replay_copy::is_waiting(queue_->layout(), "again"), false);
    EXPECT_EQ(*copy->go_on(1U << 20), true);
    EXPECT_EQ(::hubspool::testing::content_of(at("bulk/again")), std::string(3000, 'x'));
    EXPECT_EQ(*replay_copy::is_waiting(queue_->layout(), "again"), true);
    EXPECT_THAT(names_in("tmp"), IsEmpty());
    EXPECT_EQ(std::filesystem::hard_link_count(at("bulk/again")), 1U);
}

TEST_F(replay_copy_test, file_that_is_there_already_stays) {
    settle(7, "a", "new");
    std::ofstream(at("bulk/again")) << "first";
    auto copy = replay_copy::begin(queue_->layout(), first());
    EXPECT_EQ(*copy->go_on(100), true);
    EXPECT_EQ(::hubspool::testing::content_of(at("bulk/again")), "first");
}

TEST_F(replay_copy_test, disk_without_room_for_it_is_not_filled) {
    const std::string whole = settle(7, "a", "");
    const auto source = at("done/" + day) / whole;
    std::filesystem::resize_file(source, std::filesystem::space(at("tmp")).available); // a hole
    EXPECT_EQ(replay_copy::begin(queue_->layout(), first()).error().code, ENOSPC);
    EXPECT_THAT(names_in("tmp"), IsEmpty());
}

TEST_F(replay_copy_test, what_was_changed_or_has_gone_is_not_copied) {
    settle(7, "a", "{}");
    file_to_copy what = first();
    ++what.mtime_ns;
    EXPECT_EQ(replay_copy::begin(queue_->layout(), what).error().code, ESTALE);
    what = first();
    ++what.size;
    EXPECT_EQ(replay_copy::begin(queue_->layout(), what).error().code, ESTALE);
    what = first();
    std::filesystem::remove(at(what.source));
    EXPECT_EQ(replay_copy::begin(queue_->layout(), what).error().code, ESTALE);
}

} // namespace
} // namespace hubspool
