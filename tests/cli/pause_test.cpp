#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class pause_test : public cli_fixture {
protected:
    void SetUp() override { make_queue(); }
    meta now() const {
        auto store = state_store::open(state(), state_store::access::read_only);
        return *(*store)->load_meta();
    }
};

TEST_F(pause_test, pause_without_a_daemon_parks_its_next_start) {
    open_state();
    const ended got = over({"pause"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("sending is paused"));
    EXPECT_THAT(got.out, HasSubstr("it holds from its next start"));
    EXPECT_TRUE(now().paused);
    ASSERT_EQ(now().parks.size(), 1U);
    EXPECT_EQ(now().parks.front().reason, park_reason::paused);
    EXPECT_THAT(over({"status"}).out, HasSubstr("`hubspool resume` ends it"));
}

TEST_F(pause_test, pause_before_the_first_start_makes_the_state) {
    const ended got = over({"pause"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_TRUE(now().paused);
    EXPECT_TRUE(open_state()->load_meta()->fresh()) << "for the daemon it is as good as none";
    EXPECT_EQ(over({"resume"}).exit_code, 0);
    EXPECT_FALSE(now().paused);
}

TEST_F(pause_test, pause_twice_parks_once) {
    open_state();
    over({"pause"});
    EXPECT_THAT(over({"pause"}).out, HasSubstr("sending stays paused"));
    EXPECT_EQ(now().parks.size(), 1U);
}

TEST_F(pause_test, resume_without_a_daemon_ends_pause_and_suspect_data_and_nothing_else) {
    commit_unit unit;
    unit.parks = {{park_reason::suspect_data, {}, "suspect", {}},
                  {park_reason::quota, {}, "spent", {}}};
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    over({"pause"});
    EXPECT_EQ(now().parks.size(), 3U);
    const ended got = over({"resume"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("sending is resumed"));
    EXPECT_FALSE(now().paused);
    ASSERT_EQ(now().parks.size(), 1U);
    EXPECT_EQ(now().parks.front().reason, park_reason::quota);
}

TEST_F(pause_test, daemon_that_holds_the_queue_is_named) {
    open_state();
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    EXPECT_THAT(over({"pause"}).out, HasSubstr("follows within a second or two"));
}

} // namespace hubspool
