// Requests as they are made, and the controls among them.
#include "core/dispatch/record_intake.hpp"
#include "core/dispatch/request_maker.hpp"
#include "core/words/object_hash.hpp"
#include "record_block.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::record_block;

class request_maker_test : public ::testing::Test {
protected:
    request_maker_test() {
        parts.planner.raise_frontiers({end_of_file(1000), end_of_file(1000)}, start);
        mode.flushing = true;
    }
    static moment at_start() { return {start, wall_time(start.time_since_epoch()), 0.5}; }
    void accept(std::string_view id) {
        record_block block(1, lane::live, ordinal++);
        block.record(id, {{"eventName", "1"}});
        EXPECT_FALSE(intake.accept(block.block(), at_start()));
    }
    object_index index_of(std::string_view id) {
        object_index index = 0;
        EXPECT_TRUE(parts.pending.find(id, index));
        return index;
    }
    // It was sent alone and failed, and nothing was delivered since.
    void isolate(std::string_view id) {
        pending_object& object = parts.pending.at(index_of(id));
        std::vector<charge> told;
        parts.blame.set_batch_cap(object, 1);
        parts.blame.failed(object, true, true, at_start(), told);
    }
    // HubSpot took an input of this object, which may be a control from now on.
    void keep_control(std::string_view id) {
        accept(id);
        std::vector<charge> told;
        const object_index index = index_of(id);
        parts.blame.delivered(parts.pending.at(index), true, start, at_start(), told);
        parts.pending.drop_head(index);
    }

    engine_parts parts{{}, 0};
    record_intake intake{parts};
    control_requests controls{parts};
    request_maker maker{parts, controls};
    planner_mode mode;
    std::uint64_t ordinal = 0;
};

TEST_F(request_maker_test, batch_carries_what_is_ready_and_is_among_the_flights) {
    accept("1");
    accept("2");
    const auto request = maker.batch(mode, at_start());
    ASSERT_TRUE(request);
    EXPECT_THAT(request->object_ids, ElementsAre("1", "2"));
    EXPECT_EQ(parts.slots.window().used({}).in_flight, 1U);
    const flight made = parts.flights.end(request->batch);
    EXPECT_EQ(made.body_bytes, request->body.size());
    EXPECT_TRUE(made.fresh);
    EXPECT_FALSE(made.alone);
    EXPECT_FALSE(made.passed.probes());
    EXPECT_FALSE(maker.batch(mode, at_start())) << "nothing is left";
}

TEST_F(request_maker_test, request_taken_back_leaves_no_trace_but_its_number) {
    accept("1");
    const auto first = maker.batch(mode, at_start());
    maker.take_back(first->batch, start);
    EXPECT_EQ(parts.slots.day().count().used, 0U);
    EXPECT_EQ(parts.flights.count(), 0U);
    const auto again = maker.batch(mode, at_start());
    EXPECT_EQ(again->body, first->body);
    EXPECT_EQ(again->batch, first->batch + 1);
}

TEST_F(request_maker_test, object_charged_before_a_restart_goes_alone) {
    parts.blame.restore({"2", 3, {}}, start);
    for (const char* const id : {"1", "2", "3"}) accept(id);
    EXPECT_THAT(maker.batch(mode, at_start())->object_ids, ElementsAre("1", "3"));
    EXPECT_THAT(maker.batch(mode, at_start())->object_ids, ElementsAre("2"));
}

TEST_F(request_maker_test, object_that_failed_alone_waits_for_a_control) {
    keep_control("9");
    accept("1");
    isolate("1");
    parts.planner.place(index_of("1"), start);
    const auto control = maker.batch(mode, at_start());
    ASSERT_TRUE(control);
    EXPECT_THAT(control->object_ids, ElementsAre("9"));
    EXPECT_TRUE(controls.under_way());
    EXPECT_EQ(parts.landings.until(object_id_hash("9")), start + parts.options.late)
        << "at most one request names an object";
}

TEST_F(request_maker_test, fresh_object_goes_in_place_of_a_control) {
    keep_control("9");
    accept("1");
    isolate("1");
    parts.planner.place(index_of("1"), start);
    accept("2");
    EXPECT_THAT(maker.batch(mode, at_start())->object_ids, ElementsAre("2"));
    EXPECT_FALSE(controls.under_way());
}

TEST_F(request_maker_test, at_most_one_control_is_under_way) {
    keep_control("9");
    const auto first = controls.begin(start);
    ASSERT_TRUE(first);
    EXPECT_FALSE(controls.begin(start));
    maker.take_back(first->batch, start);
    EXPECT_EQ(parts.landings.until(object_id_hash("9")), boot_time{});
    EXPECT_TRUE(controls.begin(start));
}

TEST_F(request_maker_test, control_that_is_delivered_is_something_to_compare_with) {
    keep_control("9");
    accept("1");
    isolate("1");
    ASSERT_TRUE(parts.blame.lacks_control(parts.pending.at(index_of("1"))));
    const auto control = controls.begin(start);
    const flight ended = parts.flights.end(control->batch);
    response_verdict verdict;
    verdict.inputs.push_back({input_fate::delivered, {}, {}});
    batch_outcome outcome;
    controls.weigh(ended, verdict, start, outcome);
    EXPECT_TRUE(outcome.probe);
    EXPECT_EQ(outcome.delivered, 1U);
    EXPECT_FALSE(parts.blame.lacks_control(parts.pending.at(index_of("1"))));
    EXPECT_FALSE(controls.under_way());
}

TEST_F(request_maker_test, control_that_fails_like_the_suspects_is_kept_only_if_nothing_can_land) {
    struct failure_case {
        input_fate fate;
        bool may_still_land; // a second sending would end the hold of this one
        bool kept;
    };
    for (const auto& [fate, may_still_land, kept] :
         {failure_case{input_fate::suspect, false, false},
          failure_case{input_fate::again, false, true},
          failure_case{input_fate::again, true, false}}) {
        keep_control("9");
        const auto control = controls.begin(start);
        ASSERT_TRUE(control);
        const flight ended = parts.flights.end(control->batch);
        response_verdict verdict;
        verdict.inputs.push_back({fate, {}, {}});
        verdict.may_still_land = may_still_land;
        batch_outcome outcome;
        controls.weigh(ended, verdict, start, outcome);
        controls.release(ended, start);
        EXPECT_EQ(outcome.retried, 1U);
        EXPECT_EQ(parts.blame.controls().find(parts.pending, start) != nullptr, kept);
    }
}

TEST_F(request_maker_test, probe_is_one_object_alone_and_of_the_suspects_first) {
    for (const char* const id : {"1", "2", "3"}) accept(id);
    std::vector<condemned> all;
    for (std::uint64_t place = 0; place < 60; ++place) all.push_back({"3", place, "BAD", ""});
    ASSERT_FALSE(parts.dead_letters.weigh(all, false).may_die);
    parts.gate.park({park_reason::suspect_data, "words", {}}, at_start());
    const auto probe = maker.probe(at_start());
    ASSERT_TRUE(probe);
    EXPECT_THAT(probe->object_ids, ElementsAre("3"));
    const flight made = parts.flights.end(probe->batch);
    EXPECT_TRUE(made.of_a_suspect);
    EXPECT_TRUE(made.passed.asks_parks);
}

TEST_F(request_maker_test, probe_without_anything_to_ask_with_looks_again_in_a_second) {
    accept("1");
    pending_object& object = parts.pending.at(index_of("1"));
    object.lands_until = start + 1min;
    object.frozen = false;
    parts.planner.place(index_of("1"), start);
    parts.gate.park({park_reason::unauthorized, "words", {}}, at_start());
    EXPECT_FALSE(maker.probe(at_start()));
    EXPECT_EQ(parts.hold.until(), start + 1s);
    EXPECT_EQ(parts.hold.cause(), hold_cause::may_land);
}

} // namespace
} // namespace hubspool
