// An object that gets a new record every second, one of whose fields is refused.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::plain_options;
using testing::sent_request;
using ::testing::SizeIs;

const std::string bad_value = "not-a-city";

class dispatcher_hot_object_test : public testing::engine_story {
protected:
    // The portal refuses any request that carries the bad value, without saying why, or fails.
    void answer_as_the_portal(int refusal_status) {
        const sent_request& sent = wire.front();
        if (sent.body.find(bad_value) == std::string::npos) {
            for (const std::string& id : sent.ids)
                if (id == "hot") last_delivered = sent.body;
            deliver();
        } else {
            const auto outcome = answer(refusal_status, testing::refused).outcome;
            dead.insert(dead.end(), outcome.dead_letters.begin(), outcome.dead_letters.end());
        }
        commit();
    }

    // A second: a new record of the hot object, and one of another, then what may be sent.
    void live_a_second(int number, int refusal_status) {
        accept("hot", {{"eventName", "name " + std::to_string(number)}});
        accept("other " + std::to_string(number % 5), {{"eventName", std::to_string(number)}});
        for (int i = 0; i < 20 && send(); ++i) answer_as_the_portal(refusal_status);
        wait(1s);
    }

    std::string last_delivered;
    std::vector<dead_letter> dead;
};

TEST_F(dispatcher_hot_object_test, scenario_24_bad_field_dies_and_later_good_ones_are_delivered) {
    for (const int status : {400, 500}) {
        SCOPED_TRACE(status);
        engine_options options = plain_options();
        options.attempts_max = 3;
        options.retry_max = 2s;
        options.late = 1s;
        options.breaker.failures = 1000;
        restart(options);
        dead.clear();
        live_a_second(1, status);
        accept("hot", {{"eventCity", bad_value}});
        int seconds = 2;
        while (dead.empty() && seconds < 100) live_a_second(seconds++, status);
        ASSERT_THAT(dead, SizeIs(1)) << "its attempts are reset for ever";
        EXPECT_EQ(dead[0].object_id, "hot");
        EXPECT_THAT(dead[0].content, HasSubstr(bad_value));
        // What came while it was under suspicion did not die with it.
        EXPECT_LE(dead[0].records.size(), 2U);

        wait(2s);
        live_a_second(seconds, status);
        live_a_second(seconds + 1, status);
        EXPECT_THAT(last_delivered, HasSubstr("name " + std::to_string(seconds + 1)));
        EXPECT_THAT(last_delivered, Not(HasSubstr(bad_value)));
        EXPECT_THAT(dead, SizeIs(1));
    }
}

} // namespace
} // namespace hubspool
