#include "base/status_json.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace hubspool {

namespace {

constexpr wall_time at(int second, int ms = 0) {
    return wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23)) +
           std::chrono::seconds(second) + milliseconds(ms);
}

// Each field has a value of its own: one that is taken for another shows.
daemon_status everything() {
    daemon_status told;
    told.pid = 4711;
    told.command = "drain";
    told.resting = true;
    told.recovering = true;
    told.pending = {1, 2, 3, 4, at(5)};
    told.in_flight = 6;
    told.uncommitted = 7;
    told.rate_limit = 8;
    told.others = 9;
    told.window = {31, at(32)};
    told.today = {10, 11, 12, at(13)};
    told.breaker = breaker_state::open;
    told.failing = {14, at(15, 120), "connection \"refused\"", at(16)};
    told.holds = {{"outage", "HubSpot is not reached", at(17)}, {"reading", "all is read", {}}};
    told.credential_waits = "it is another account's";
    told.parks = {{park_reason::quota, at(18, 7), "spent", at(19)},
                  {park_reason::paused, at(20), "by an operator", {}}};
    told.run = {21, {22, 23, 24, {}, 33}, 25, 26, 27, 28, 29, 30, at(34)};
    for (std::size_t i = 0; i < told.run.sent.times.counts.size(); ++i)
        told.run.sent.times.counts[i] = 40 + i;
    return told;
}

const char* const everything_written =
    R"({"pid":4711,"command":"drain","resting":true,"stopping":false,"recovering":true,)"
    R"("pending":{"records":1,"objects":2,"bytes":3,"suspects":4,)"
    R"("oldest":"2026-11-23T00:00:05.000Z"},"in_flight":6,"uncommitted":7,"rate_limit":8,)"
    R"("others":9,"window":{"used":31,"free_at":"2026-11-23T00:00:32.000Z"},)"
    R"("today":{"requests":10,"allowed":11,"account_remaining":12,)"
    R"("ends":"2026-11-23T00:00:13.000Z","ends_ms":1795392013000},)"
    R"("breaker":{"state":"open","failures":14,"failing_since":"2026-11-23T00:00:15.120Z",)"
    R"("last_failure":"connection \"refused\"","probe_at":"2026-11-23T00:00:16.000Z"},)"
    R"("holds":[{"kind":"outage","reason":"HubSpot is not reached",)"
    R"("until":"2026-11-23T00:00:17.000Z"},{"kind":"reading","reason":"all is read"}],)"
    R"("credential_waits":"it is another account's",)"
    R"("parks":[{"reason":"quota","since":"2026-11-23T00:00:18.007Z","words":"spent",)"
    R"("probe_at":"2026-11-23T00:00:19.000Z"},)"
    R"({"reason":"paused","since":"2026-11-23T00:00:20.000Z","words":"by an operator"}],)"
    R"("run":{"requests":21,"inputs":22,"answered":23,"answered_ms":24,"refused":33,)"
    R"("answer_times":[40,41,42,43,44,45,46,47,48,49,50,51],)"
    R"("last_delivery":"2026-11-23T00:00:34.000Z","connections":25,)"
    R"("delivered":26,"superseded":27,"dead_lettered":28,"overtaken":29,"unchanged":30}})";

} // namespace

TEST(status_json, of_all_fields_is_byte_for_byte_what_scripts_know) {
    EXPECT_EQ(status_json(everything()), everything_written);
}

TEST(status_json, of_a_quiet_daemon_has_no_keys_without_a_value) {
    daemon_status quiet;
    quiet.pid = 1;
    quiet.command = "run";
    quiet.stopping = true;
    quiet.rate_limit = 190;
    quiet.today = daemon_status::day_figures{};
    quiet.breaker = breaker_state::closed;
    EXPECT_EQ(status_json(quiet),
              R"({"pid":1,"command":"run","resting":false,"stopping":true,"recovering":false,)"
              R"("pending":{"records":0,"objects":0,"bytes":0,"suspects":0},"in_flight":0,)"
              R"("uncommitted":0,"rate_limit":190,"others":0,)"
              R"("today":{"requests":0,"ends":"1970-01-01T00:00:00.000Z","ends_ms":0},)"
              R"("breaker":{"state":"closed"},"holds":[],"parks":[],)"
              R"("run":{"requests":0,"inputs":0,"answered":0,"answered_ms":0,"refused":0,)"
              R"("answer_times":[0,0,0,0,0,0,0,0,0,0,0,0],"connections":0,)"
              R"("delivered":0,"superseded":0,"dead_lettered":0,"overtaken":0,"unchanged":0}})");
}

TEST(parse_status_json, gives_back_what_was_written) {
    EXPECT_EQ(parse_status_json(everything_written), everything());
    EXPECT_EQ(parse_status_json(status_json(daemon_status())), daemon_status());
}

TEST(parse_status_json, every_state_of_the_breaker_is_read_back) {
    for (const breaker_state state : {breaker_state::closed, breaker_state::doubtful,
                                      breaker_state::open, breaker_state::probing}) {
        daemon_status told;
        told.breaker = state;
        const auto read = parse_status_json(status_json(told));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->breaker, state);
    }
}

TEST(parse_status_json, every_park_is_read_back) {
    for (std::size_t reason = 0; reason < park_reason_count; ++reason) {
        daemon_status told;
        told.parks = {{static_cast<park_reason>(reason), at(1), "", {}}};
        EXPECT_EQ(parse_status_json(status_json(told)), told) << reason;
    }
}

TEST(parse_status_json, missing_fields_keep_their_defaults) {
    EXPECT_EQ(parse_status_json("{}"), daemon_status());
    daemon_status told;
    told.pending.records = 4;
    told.failing = daemon_status::failing_state{};
    told.failing->since = at(1);
    EXPECT_EQ(parse_status_json(R"({"pending":{"records":4},)"
                                R"("breaker":{"failing_since":"2026-11-23T00:00:01.000Z"}})"),
              told);
}

TEST(parse_status_json, foreign_fields_are_stepped_over) {
    std::string more = everything_written;
    more.insert(1, R"("later":{"pid":1,"holds":[{"kind":"x"}]},)");
    more.insert(more.size() - 1, R"(,"more":[1,2.5,null,"x"])");
    EXPECT_EQ(parse_status_json(more), everything());
}

TEST(parse_status_json, values_of_another_type_are_as_if_missing) {
    EXPECT_EQ(parse_status_json(R"({"pid":"4","command":7,"resting":1,"pending":[],)"
                                R"("in_flight":-1,"rate_limit":2.5,"today":7,)"
                                R"("breaker":{"state":"ajar","failing_since":"SINCE"},)"
                                R"("holds":{},"parks":[{"reason":"a later one"}],"run":null})"),
              daemon_status());
}

TEST(parse_status_json, what_is_no_object_is_no_status) {
    for (const char* const text : {"", "[]", "null", "7", "{\"pid\":1", "pid\n", "\xff\xfe"})
        EXPECT_FALSE(parse_status_json(text)) << text;
}

} // namespace hubspool
