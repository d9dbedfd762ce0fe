#include "core/engine/engine.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace hubspool::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class dispatcher_recovery_test : public engine_story {};

// The run before may have delivered the second change, and have lost that with its database.
TEST_F(dispatcher_recovery_test, scenario_43_changes_before_the_frontier_sharing_a_field_are_one) {
    engine_options small = plain_options();
    small.planner.body_bytes_max = 200; // a change holds a quarter
    restart(small);
    tell(event::run_before{});
    const std::string old_value = '"' + std::string(60, 'o') + '"';
    const std::string new_value = '"' + std::string(60, 'n') + '"';
    accept("42", {{"a", old_value}});
    accept("42", {{"b", old_value}});
    accept("42", {{"a", new_value}});
    accept("42", {{"c", old_value}});
    tell(event::frontiers_passed{});
    EXPECT_THAT(send_when_ready().body,
                AllOf(HasSubstr(new_value), HasSubstr("\"b\""),
                      Not(HasSubstr("\"a\":" + old_value)), Not(HasSubstr("\"c\""))));
    EXPECT_EQ(deliver().outcome.records.size(), 3U);
    commit();
    EXPECT_THAT(send_when_ready().body, HasSubstr("\"c\""));
    EXPECT_EQ(deliver().outcome.records.size(), 1U);
    commit();
    EXPECT_TRUE(engine->empty());
}

} // namespace
} // namespace hubspool
