#include "cli/cli_fixture.hpp"
#include "cli/submit/settle_wait.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;

class settle_wait_test : public cli_fixture {
protected:
    settle_wait_test() {
        options_.queue.directory = queue();
        options_.state.directory = state();
    }
    settings options_;
    const stop_signals signals_{{SIGTERM}, 4};
};

TEST_F(settle_wait_test, settled_file_gives_its_fates) {
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(some_history())));
    settle_wait wait(options_);
    const auto fate = wait.wait_for("orders.ndjson", signals_);
    ASSERT_TRUE(static_cast<bool>(fate)) << fate.error().message;
    EXPECT_TRUE(fate->settled);
    EXPECT_EQ(fate->counts, (fate_counts{1, 1, 1}));
}

TEST_F(settle_wait_test, settled_file_that_was_rejected_says_why) {
    commit_unit unit = some_history();
    unit.files[0].keep_because = "it grew";
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    settle_wait wait(options_);
    const auto fate = wait.wait_for("orders.ndjson", signals_);
    ASSERT_TRUE(static_cast<bool>(fate)) << fate.error().message;
    EXPECT_EQ(fate->rejected_because, "it grew");
}

TEST_F(settle_wait_test, park_that_a_person_must_end_ends_the_wait) {
    const auto store = open_state();
    commit_unit unit = some_history();
    unit.parks = {
        {park_reason::suspect_data, {}, "too many were refused; `hubspool resume` ends it", {}}};
    ASSERT_TRUE(static_cast<bool>(store->commit(unit)));
    settle_wait wait(options_);
    const auto fate = wait.wait_for("more.ndjson", signals_);
    ASSERT_TRUE(static_cast<bool>(fate)) << fate.error().message;
    EXPECT_FALSE(fate->settled);
    EXPECT_EQ(fate->counts.delivered, 2U);
    EXPECT_THAT(fate->why, HasSubstr("suspect_data): too many were refused"));
}

TEST_F(settle_wait_test, signal_ends_the_wait_and_the_file_stays) {
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(some_history())));
    ASSERT_EQ(std::raise(SIGTERM), 0);
    settle_wait wait(options_);
    const auto fate = wait.wait_for("more.ndjson", signals_);
    ASSERT_TRUE(static_cast<bool>(fate)) << fate.error().message;
    EXPECT_FALSE(fate->settled);
    EXPECT_EQ(fate->why, "more.ndjson stays in the queue: the wait for it was stopped by a signal");
}

} // namespace hubspool
