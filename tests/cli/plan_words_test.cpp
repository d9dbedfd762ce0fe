// A drain's plan in words and as JSON, with what HubSpot told of its properties.
#include "cli/json_value.hpp"
#include "cli/plan/online_plan.hpp"
#include "cli/plan/plan_words.hpp"
#include "core/records/change_json.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

drain_plan plan_of_a_queue() {
    drain_plan plan;
    plan.files = {3, 2};
    plan.bytes = 2048;
    plan.objects = 250;
    plan.sent.fates = {300, 20, 0};
    plan.sent.requests = 3;
    plan.sent.inputs = 250;
    plan.sent.body_bytes = 1024;
    plan.pace.limit = 90;
    plan.pace.an_answer = 200ms;
    plan.time = 1500ms;
    plan.begins = wall_time(12h);
    return plan;
}

std::string planned(const std::function<void(drain_plan&)>& change) {
    drain_plan plan = plan_of_a_queue();
    change(plan);
    return plan_text(plan, 10s);
}

TEST(drain_plan_text, of_a_queue_is_line_for_line) {
    EXPECT_EQ(plan_text(plan_of_a_queue(), 10s),
              "what is queued\n"
              "  files       5 (3 live, 2 bulk), 2KiB\n"
              "  records     320\n"
              "  objects     250\n"
              "  changes     250, in which 300 are delivered and 20 superseded\n"
              "  requests    3, 1KiB\n"
              "  time        about 1s, at 90 requests in 10s and answers in 200ms\n"
              "  done by     1970-01-01 12:00:01Z\n");
}

TEST(drain_plan_text, of_given_files_tells_no_lanes) {
    EXPECT_THAT(planned([](auto& plan) { plan.of_queue = false; }),
                ::testing::StartsWith("these files\n  files       5, 2KiB\n"));
}

TEST(drain_plan_text, records_are_all_that_get_a_fate) {
    EXPECT_THAT(planned([](auto& plan) { plan.sent.fates = {1, 20, 300, 5, 4000}; }),
                AllOf(HasSubstr("  records     4321\n"),
                      HasSubstr("in which 1 are delivered and 20 superseded (5 by what was "
                                "delivered before), 4000 unchanged\n"),
                      HasSubstr("  dead        300 records\n")));
}

TEST(drain_plan_text, estimates_say_that_they_are_and_why) {
    const std::string text = planned([](auto& plan) {
        plan.objects_exact = false;
        plan.estimated = "it depends";
    });
    EXPECT_THAT(text, AllOf(HasSubstr("  objects     about 250\n"),
                            HasSubstr("  requests    about 3, 1KiB\n"),
                            EndsWith("the requests are an estimate: it depends\n")));
    EXPECT_THAT(planned([](auto&) {}), Not(HasSubstr("estimate")));
}

TEST(drain_plan_text, quota_of_the_day_is_held_against_the_requests) {
    const auto with_left = [](std::uint64_t left) {
        return planned([&](auto& plan) { plan.pace.today = {left, 1000, 3h}; });
    };
    EXPECT_THAT(with_left(3), HasSubstr("  quota       3 of the 3 requests that are left today\n"));
    EXPECT_THAT(with_left(2),
                HasSubstr("  quota       2 requests are left today, 1000 are ours a day\n"));
    EXPECT_THAT(planned([](auto&) {}), Not(HasSubstr("quota")));
}

TEST(drain_plan_text, deaths_come_by_number_with_their_places) {
    EXPECT_THAT(planned([](auto& plan) {
                    plan.sent.fates.dead = 4;
                    plan.deaths["b\nb"] = {1, {"a.ndjson line 9"}};
                    plan.deaths["a"] = {1, {}};
                    plan.deaths["c"] = {2, {"a.ndjson line 1", "a.ndjson line 2"}};
                }),
                EndsWith("  dead        4 records\n"
                         "    2: c\n"
                         "      a.ndjson line 1\n"
                         "      a.ndjson line 2\n"
                         "    1: a\n"
                         "    1: b b\n"
                         "      a.ndjson line 9\n"));
}

TEST(drain_plan_text, reasons_beyond_ten_are_counted) {
    for (const int reasons : {10, 11, 12}) {
        const std::string text = planned([&](auto& plan) {
            plan.sent.fates.dead = 1;
            for (int i = 0; i < reasons; ++i) plan.deaths["r" + std::to_string(10 + i)] = {1, {}};
        });
        EXPECT_THAT(text, EndsWith(reasons == 10   ? "    1: r19\n"
                                   : reasons == 11 ? "    1: r19\n    and 1 other reason\n"
                                                   : "    1: r19\n    and 2 other reasons\n"));
    }
}

TEST(drain_plan_text, trouble_names_ten_files_and_counts_the_others) {
    const auto with = [](std::uint64_t named, std::uint64_t total) {
        return planned([&](auto& plan) {
            for (std::uint64_t i = 0; i < named; ++i)
                plan.left_out.emplace_back("f\x1b" + std::to_string(i), "it is\nempty");
            plan.left_out_total = total;
        });
    };
    EXPECT_THAT(with(1, 1), EndsWith("  trouble     with 1 file\n"
                                     "    f\\x1b0\n"
                                     "      it is empty\n"));
    EXPECT_THAT(with(10, 10), EndsWith("    f\\x1b9\n      it is empty\n"));
    EXPECT_THAT(with(11, 500), AllOf(HasSubstr("  trouble     with 500 files\n"),
                                     EndsWith("    f\\x1b9\n      it is empty\n"
                                              "    and 490 more\n")));
}

TEST(drain_plan_text, what_holds_sending_now_is_told_at_the_end) {
    EXPECT_THAT(planned([](auto& plan) {
                    plan.sent.unsent_objects = 1;
                    plan.paused = true;
                    plan.parks = {{park_reason::paused, {}, "p", {}},
                                  {park_reason::quota, {}, "q", {}}};
                }),
                EndsWith("  unsent      1 object\n"
                         "sending is paused just now: see `hubspool status`\n"
                         "sending is parked just now (quota): see `hubspool status`\n"));
}

std::string json_of(const drain_plan& plan) {
    json_writer json;
    json.begin_object();
    put_plan(json, plan, 10s);
    json.end_object();
    return json.take();
}

TEST(drain_plan_json, has_each_number_under_its_key) {
    drain_plan plan = plan_of_a_queue();
    plan.sent.fates = {300, 20, 7, 5, 4};
    plan.sent.unsent_objects = 6;
    plan.deaths["x\""] = {7, {"a line 1"}};
    plan.left_out = {{"b", "why"}};
    plan.left_out_total = 8;
    plan.pace.today = {2, 1000, 3h};
    plan.estimated = "it depends";
    plan.paused = true;
    plan.parks = {{park_reason::quota, {}, "q", {}}};
    plan.sample = {R"({"inputs":[1]})", "no JSON"};
    expect_json(json_of(plan), {{"/files_live", "3"},
                                {"/files_bulk", "2"},
                                {"/bytes", "2048"},
                                {"/records", "331"},
                                {"/objects", "250"},
                                {"/objects_exact", "true"},
                                {"/changes", "250"},
                                {"/delivered", "300"},
                                {"/superseded", "20"},
                                {"/overtaken", "5"},
                                {"/unchanged", "4"},
                                {"/dead", "7"},
                                {"/dead_reasons/0/reason", "\"x\"\""},
                                {"/dead_reasons/0/records", "7"},
                                {"/dead_reasons/0/places/0", "\"a line 1\""},
                                {"/trouble/0/file", "\"b\""},
                                {"/trouble/0/why", "\"why\""},
                                {"/trouble_files", "8"},
                                {"/requests", "3"},
                                {"/exact", "none"},
                                {"/estimated_because", "\"it depends\""},
                                {"/request_bytes", "1024"},
                                {"/requests_a_window", "90"},
                                {"/window_ms", "10000"},
                                {"/answer_ms", "200"},
                                {"/requests_left_today", "2"},
                                {"/milliseconds", "1500"},
                                {"/done_by", "\"1970-01-01T12:00:01.500Z\""},
                                {"/objects_unsent", "6"},
                                {"/paused", "true"},
                                {"/parks/0", "\"quota\""},
                                {"/sample/0/inputs/0", "1"},
                                {"/sample/1", "none"},
                                {"/online", "none"}});
    expect_json(json_of(plan_of_a_queue()), {{"/exact", "true"},
                                             {"/estimated_because", "none"},
                                             {"/requests_left_today", "none"},
                                             {"/paused", "none"}});
}

class online_plan_text : public ::testing::Test {
protected:
    online_plan_text() {
        defined_properties known;
        known.add(*read_property_definitions(R"({"results":[{"name":"seats","type":"number"}]})"));
        online_.survey.emplace(std::move(known));
    }
    // A record on a line of its own, with a custom property of this name.
    void read(const std::string& name) {
        decoded_block block;
        ++line_;
        decoder_.decode(R"({"objectId":"1","customProperties":[{"name":")" + name +
                            R"(","value":"x"}]})",
                        0, line_, line_, block);
        take_online(online_, block, "a.ndjson", [](std::uint64_t) { return false; });
    }

    online_plan online_;

private:
    change_decoder decoder_{decode_options{}};
    std::uint64_t line_ = 0;
};

TEST_F(online_plan_text, of_no_fault_says_that_none_is_refused) {
    online_.told = {{finding::good, "properties", "1 is defined"}};
    EXPECT_EQ(online_text(online_), "  properties  1 is defined\n"
                                    "  refused     none for its properties\n");
    online_.survey.reset();
    EXPECT_EQ(online_text(online_), "  properties  1 is defined\n") << "nothing is known of them";
}

TEST_F(online_plan_text, faults_are_told_with_their_records_and_places) {
    read("colour");
    read("colour");
    read("size");
    EXPECT_EQ(online_text(online_), "  refused     3 records for properties\n"
                                    "    2: HubSpot knows no custom property colour\n"
                                    "      a.ndjson line 1\n"
                                    "      a.ndjson line 2\n"
                                    "    1: HubSpot knows no custom property size\n"
                                    "      a.ndjson line 3\n");
}

TEST_F(online_plan_text, faults_beyond_twenty_are_counted) {
    for (int i = 0; i < 20; ++i) read("other" + std::to_string(10 + i));
    EXPECT_THAT(online_text(online_), Not(HasSubstr("--json has them")));
    read("other30");
    EXPECT_THAT(online_text(online_), AllOf(HasSubstr("  refused     21 records for properties\n"),
                                            EndsWith("    and 1 more (--json has them)\n")));
}

TEST_F(online_plan_text, one_refused_record_makes_a_plan_that_is_not_well) {
    read("colour");
    EXPECT_EQ(online_.refused_records(), 1U);
    EXPECT_THAT(online_text(online_), HasSubstr("  refused     1 record for properties\n"));
    online_.survey.reset();
    EXPECT_EQ(online_.refused_records(), 0U);
}

TEST_F(online_plan_text, json_has_what_was_told_and_each_fault) {
    online_.told = {{finding::warning, "rules", "not read"}};
    read("colour");
    json_writer json;
    put_online(json, online_);
    expect_json(json.text(), {{"/told/0/level", "\"warning\""},
                              {"/told/0/subject", "\"rules\""},
                              {"/told/0/words", "\"not read\""},
                              {"/properties", "1"},
                              {"/refused_records", "1"},
                              {"/faults/0/fault", "\"unknown\""},
                              {"/faults/0/field", "\"colour\""},
                              {"/faults/0/words", "\"HubSpot knows no custom property colour\""},
                              {"/faults/0/records", "1"},
                              {"/faults/0/places/0", "\"a.ndjson line 1\""},
                              {"/faults_untold", "0"}});
    online_.survey.reset();
    json_writer unknown;
    put_online(unknown, online_);
    EXPECT_THAT(unknown.text(), EndsWith(R"("properties":null,"events":null})"));
}

TEST_F(online_plan_text, objects_without_an_event_are_told_with_their_first_place) {
    for (int i = 0; i < 3; ++i) read("seats");
    online_.events = asked_ids{{"1"}, 2, 4, "no more than 4 questions are asked for it"};
    EXPECT_FALSE(online_.is_clean());
    EXPECT_THAT(
        online_text(online_),
        EndsWith("  events      1 object HubSpot has no event for\n"
                 "    1, 3 records: a.ndjson line 1\n"
                 "    2 objects not looked up: no more than 4 questions are asked for it\n"));
    json_writer json;
    put_online(json, online_);
    expect_json(json.text(),
                {{"/events/questions", "4"},
                 {"/events/unknown/0/object_id", "\"1\""},
                 {"/events/unknown/0/records", "3"},
                 {"/events/unknown/0/place", "\"a.ndjson line 1\""},
                 {"/events/not_looked_up", "2"},
                 {"/events/stopped", "\"no more than 4 questions are asked for it\""}});
}

TEST_F(online_plan_text, objects_that_are_all_there_are_told_in_a_line) {
    online_.events = asked_ids{};
    EXPECT_TRUE(online_.is_clean());
    EXPECT_THAT(online_text(online_),
                EndsWith("  events      none is known to be missing at HubSpot\n"));
}

} // namespace
} // namespace hubspool
