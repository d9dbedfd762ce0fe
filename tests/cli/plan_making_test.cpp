// What `plan` reads and counts: half-read files, given ones, the day, and what is in the way.
#include "cli/json_value.hpp"
#include "cli/replay_fixture.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class plan_making_test : public cli_fixture {
protected:
    void SetUp() override { make_queue(); }
    void put(const std::string& path, const std::string& content) const {
        std::filesystem::create_directories(
            (queue() + '/' + path).substr(0, (queue() + '/' + path).rfind('/')));
        std::ofstream(queue() + '/' + path, std::ios::binary) << content;
    }
    static std::string in_cur(std::uint64_t number, const std::string& name, lane in = lane::live) {
        return "cur/000000/" + format_claimed_name({number, replay_stamp, in, name});
    }
    static std::string record(int object, const std::string& value = "a") {
        return fmt::format("{{\"objectId\":\"{}\",\"eventName\":\"{}\"}}\n", object, value);
    }
    static std::string records(int objects) {
        std::string text;
        for (int i = 1; i <= objects; ++i) text += record(i);
        return text;
    }
    void configure(const std::string& more) const {
        write("hubspool.yaml", "queue:\n    directory: " + queue() +
                                   "\nstate:\n    directory: " + state() + '\n' + more);
    }
    // Without the parts that depend on the time.
    void expect_plan(std::vector<std::string> words, const json_facts& facts) const {
        words.insert(words.begin(), "plan");
        words.emplace_back("--json");
        const ended got = over(std::move(words));
        expect_json(got.out.empty() ? got.err : got.out, facts);
    }
};

TEST_F(plan_making_test, half_read_file_counts_from_its_watermark) {
    const std::string text = record(1) + record(2) + record(3);
    commit_unit unit;
    file_row row;
    row.number = 1;
    row.name = "a.ndjson";
    row.stamp = replay_stamp;
    row.size = text.size();
    row.watermark = {record(1).size(), 1, 2};
    row.counts = {1, 0, 0};
    unit.files = {row};
    unit.last_number = 1;
    ASSERT_TRUE(open_state()->commit(unit));
    put(in_cur(1, "a.ndjson"), text);
    expect_plan({}, {{"/records", "2"},
                     {"/objects", "2"},
                     {"/files_live", "1"},
                     {"/bytes", std::to_string(2 * record(1).size())}});
}

TEST_F(plan_making_test, settled_file_in_cur_is_nothing_to_do) {
    commit_unit unit;
    file_row row;
    row.number = 1;
    row.name = "a.ndjson";
    row.stamp = replay_stamp;
    row.settled = wall_time(milliseconds(replay_stamp));
    unit.files = {row};
    unit.last_number = 1;
    ASSERT_TRUE(open_state()->commit(unit));
    put(in_cur(1, "a.ndjson"), record(1));
    put(in_cur(2, "b.ndjson", lane::bulk), record(2));
    expect_plan({}, {{"/records", "1"}, {"/files_live", "0"}, {"/files_bulk", "1"}});
}

TEST_F(plan_making_test, given_files_are_planned_alone_and_one_after_the_other) {
    put("new/queued.ndjson", records(5));
    const std::string first = write("first.ndjson", record(1, "old") + record(2));
    const std::string second = write("second.ndjson", record(1, "new"));
    expect_plan({first, second, "--sample", "1"},
                {{"/records", "3"},
                 {"/objects", "2"},
                 {"/superseded", "1"},
                 {"/sample/0/inputs/0/eventName", "\"new\""},
                 {"/bytes", std::to_string(3 * record(1, "old").size() - 2)}});
    expect_plan({second, first, "--sample", "1"}, {{"/sample/0/inputs/0/eventName", "\"old\""}});
    EXPECT_THAT(over({"plan", first}).out, StartsWith("these files\n  files       1, "));
}

TEST_F(plan_making_test, given_files_need_no_queue_and_no_state) {
    std::filesystem::remove_all(queue());
    expect_plan({write("a.ndjson", record(1))}, {{"/records", "1"}, {"/requests", "1"}});
    EXPECT_FALSE(std::filesystem::exists(state()));
    EXPECT_EQ(over({"plan"}).exit_code, 1) << "what is queued has no place";
}

TEST_F(plan_making_test, requests_and_their_bodies_follow_the_settings_of_batches) {
    configure("batch:\n    max_inputs: 10\nrate_limit:\n    requests: 20\n    window: 5s\n");
    put("new/a.ndjson", records(25));
    expect_plan({"--sample", "2"}, {{"/requests", "3"},
                                    {"/changes", "25"},
                                    {"/exact", "true"},
                                    {"/requests_a_window", "20"},
                                    {"/window_ms", "5000"},
                                    {"/sample/1/inputs/9/objectId", "\"20\""},
                                    {"/sample/2", "none"}});
}

TEST_F(plan_making_test, batches_that_bytes_fill_are_an_estimate) {
    configure("batch:\n    max_bytes: 64KiB\n");
    put("new/a.ndjson", record(1, std::string(40'000, 'x')) + record(2, std::string(40'000, 'y')));
    expect_plan({}, {{"/requests", "2"},
                     {"/exact", "none"},
                     {"/estimated_because", "\"batches are filled by bytes, and so it counts what "
                                            "comes after what\""}});
}

TEST_F(plan_making_test, answers_take_as_long_as_the_newest_batches_did) {
    put("new/a.ndjson", record(1));
    expect_plan({}, {{"/answer_ms", "200"}});
    commit_unit unit;
    for (const int ms : {300, 700}) {
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = static_cast<std::uint64_t>(ms);
        outcome.duration_ms = ms;
    }
    ASSERT_TRUE(open_state()->commit(unit));
    expect_plan({}, {{"/answer_ms", "500"}});
}

TEST_F(plan_making_test, dead_of_one_reason_have_three_places_and_all_are_counted) {
    put("new/a.ndjson", record(1) + "{}\n{}\n{}\n{}\n");
    const ended got = over({"plan", "--json"});
    EXPECT_EQ(got.exit_code, 3);
    const json_lookup json(got.out);
    EXPECT_EQ(json.elements("/dead_reasons"), 1U);
    EXPECT_EQ(json.number("/dead_reasons/0/records"), 4U);
    EXPECT_EQ(json.elements("/dead_reasons/0/places"), 3U);
    EXPECT_EQ(json.text("/dead_reasons/0/places/2"), "a.ndjson line 4");
    EXPECT_EQ(json.number("/dead"), 4U);
}

TEST_F(plan_making_test, file_that_cannot_be_taken_is_trouble_and_the_others_are_planned) {
    put("new/a.ndjson", record(1));
    put("bulk/c.csv", "objectId,title\n1,x\n");
    const ended got = over({"plan", "--json"});
    EXPECT_EQ(got.exit_code, 3);
    expect_json(got.out,
                {{"/records", "1"}, {"/trouble_files", "1"}, {"/trouble/0/file", "\"c.csv\""}});
}

TEST_F(plan_making_test, pause_and_parks_are_told_and_not_waited_for) {
    commit_unit unit;
    unit.parks = {{park_reason::unauthorized, wall_time(milliseconds(replay_stamp)), "401", {}}};
    ASSERT_TRUE(open_state()->commit(unit));
    ASSERT_EQ(over({"pause"}).exit_code, 0);
    put("new/a.ndjson", record(1));
    expect_plan({}, {{"/requests", "1"},
                     {"/paused", "true"},
                     {"/parks/0", "\"unauthorized\""},
                     {"/objects_unsent", "0"}});
    EXPECT_THAT(over({"plan"}).out,
                AllOf(HasSubstr("sending is paused just now"), HasSubstr("(unauthorized)")));
}

TEST_F(plan_making_test, directory_or_missing_file_is_refused_before_anything_is_read) {
    const std::string good = write("a.ndjson", record(1));
    const ended directory = over({"plan", good, dir_.path().string()});
    EXPECT_EQ(directory.exit_code, 1);
    EXPECT_EQ(directory.err,
              "hubspool: " + dir_.path().string() + ": plan reads files, and this is none\n");
    EXPECT_EQ(directory.out, "");
    EXPECT_THAT(over({"plan", dir_.file("none")}).err, HasSubstr(dir_.file("none")));
}

} // namespace
} // namespace hubspool
