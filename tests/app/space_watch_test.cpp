#include "app/settle/space_watch.hpp"
#include "base/log.hpp"
#include "spool/queue_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;

class space_watch_test : public ::hubspool::testing::queue_fixture {
protected:
    std::string said_at(boot_time now, std::uint64_t reserve) {
        options_.queue.reserve_bytes = reserve;
        ::testing::internal::CaptureStderr();
        watch_.look(queue_->survey(), options_, now);
        (void)log::flush();
        return ::testing::internal::GetCapturedStderr();
    }

    std::unique_ptr<queue_directory> queue_ = open();
    settings options_;
    space_watch watch_;
};

TEST_F(space_watch_test, what_lacks_is_said_on_change_and_at_a_bounded_rate) {
    constexpr std::uint64_t plenty = 1;
    constexpr std::uint64_t too_little = 1ULL << 60;
    const boot_time start(std::chrono::hours(1));
    const auto after = [&](int seconds) { return start + std::chrono::seconds(seconds); };
    EXPECT_EQ(said_at(start, plenty), "");
    EXPECT_EQ(said_at(after(9), too_little), "");
    EXPECT_THAT(said_at(after(10), too_little), HasSubstr("less left than queue.reserve"));
    EXPECT_EQ(said_at(after(20), too_little), "");
    EXPECT_THAT(said_at(after(30), plenty), HasSubstr("left again"));
    EXPECT_EQ(said_at(after(40), plenty), "");
}

TEST_F(space_watch_test, first_look_is_at_once) {
    EXPECT_THAT(said_at(boot_time(std::chrono::hours(1)), 1ULL << 60),
                HasSubstr("less left than queue.reserve"));
}

TEST_F(space_watch_test, says_where_how_much_is_left_and_how_much_was_wanted) {
    options_.queue.directory = "/the/queue";
    const std::string said = said_at(boot_time(std::chrono::hours(1)), 1ULL << 60);
    EXPECT_THAT(said, HasSubstr("queue=/the/queue"));
    EXPECT_THAT(said, HasSubstr("reserve=1048576TiB"));
    EXPECT_THAT(said, HasSubstr("shorten queue.retention"));
}

TEST_F(space_watch_test, reserve_of_nothing_is_never_short) {
    EXPECT_EQ(said_at(boot_time(std::chrono::hours(1)), 0), "");
}

} // namespace hubspool
