#include "cli/replay/object_sample.hpp"
#include "cli/replay_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

// Two settled files of two records each; of the second HubSpot has newer values.
class replay_test : public replay_fixture {
protected:
    void SetUp() override {
        make_queue();
        auto store = open_state();
        commit_unit unit;
        settle(unit, 1, "a.ndjson", R"({"objectId":"1","eventName":"a"}
{"objectId":"2","eventName":"a","$hubspool":{"id":"x"}}
)");
        settle(unit, 2, "b.ndjson", R"({"objectId":"2","eventName":"b"}
{"objectId":"3","eventName":"b"}
)");
        batch_outcome& sent = unit.outcomes.emplace_back();
        sent.batch = 1;
        sent.records = {{1, 0, fate::delivered},
                        {1, 1, fate::dead},
                        {2, 0, fate::delivered},
                        {2, 1, fate::delivered}};
        sent.changes.add({"2",
                          fate::delivered,
                          false,
                          {{field_kind::property, "eventName", {replay_stamp + 2, 2, 0}}}});
        ASSERT_TRUE(static_cast<bool>(store->commit(unit)));
    }
};

TEST_F(replay_test, plan_is_shown_and_nothing_is_done) {
    for (const char* const name :
         {"a.ndjson", "1", "00000000000000000001-1600000000001-live-a.ndjson",
          "/var/spool/hubspool/done/2020-09-13/00000000000000000001-1600000000001-live-a.ndjson"}) {
        const ended got = over({"replay", name});
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_THAT(got.out, HasSubstr("records     2\n")) << name;
        EXPECT_THAT(got.out, HasSubstr("objects     2\n"));
        EXPECT_THAT(got.out, HasSubstr("newer       1 of 2 values, which are not sent\n"));
        EXPECT_THAT(got.out, HasSubstr("requests    1\n"));
        EXPECT_THAT(got.out, HasSubstr("nothing was done; --execute does it"));
    }
    EXPECT_THAT(jobs(), SizeIs(0));
}

TEST_F(replay_test, time_chooses_what_may_have_been_delivered_then) {
    const auto chosen = [&](const char* since, const char* until) {
        const ended got = over({"replay", "--json", "--since", since, "--until", until});
        return std::count(got.out.begin(), got.out.end(), '/') / 2;
    };
    EXPECT_EQ(chosen("2020-09-13T12:26:40Z", "2020-09-13T12:26:41Z"), 2);
    EXPECT_EQ(chosen("2020-09-13T12:26:42Z", "2020-09-13T12:26:42Z"), 1) << "1 was settled by then";
    EXPECT_EQ(chosen("2020-09-13T12:26:43Z", "2020-09-14T00:00:00Z"), 0);
    EXPECT_EQ(chosen("2020-09-13T00:00:00Z", "2020-09-13T12:26:40.000Z"), 0) << "none had come";
}

// Behind a bulk file, as live files do for hours.
TEST_F(replay_test, settled_file_that_still_waits_in_cur_is_told_not_passed_over) {
    commit_unit unit;
    settle(unit, 3, "c.ndjson", "{\"objectId\":\"1\"}");
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    const std::string name = format_claimed_name({3, replay_stamp + 3, lane::live, "c.ndjson"});
    std::filesystem::create_directories(queue() + "/cur/000000");
    std::filesystem::rename(queue() + "/done/2020-09-13/" + name, queue() + "/cur/000000/" + name);
    const ended by_time = over({"replay", "--since", "2020-01-01"});
    EXPECT_EQ(by_time.exit_code, 0) << by_time.err;
    EXPECT_THAT(by_time.out, HasSubstr("left out    1 file\n    " + name));
    EXPECT_THAT(by_time.out, HasSubstr("replay it then"));
    const ended by_name = over({"replay", "c.ndjson", "--execute"});
    EXPECT_EQ(by_name.exit_code, 1);
    EXPECT_THAT(by_name.err, HasSubstr("have left cur/; replay it then; nothing was done"));
    EXPECT_THAT(over({"replay", "--since", "2020-01-01", "--lane", "bulk"}).err,
                HasSubstr("no settled file is like that"));
}

TEST_F(replay_test, nothing_chosen_is_nothing_done) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"replay", "--since", "2021-01-01", "--execute"},
          {"replay", "a.ndjson", "--lane", "bulk", "--execute"},
          {"replay", "a.ndjson", "--object", "77", "--execute"},
          {"replay", "b.ndjson", "--failed-only", "--execute"},
          {"replay", "c.ndjson", "--execute"},
          {"replay", "a.ndjson", "c.ndjson", "--execute"}}) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 1) << got.out;
        EXPECT_THAT(got.err, HasSubstr("nothing was done"));
    }
    EXPECT_THAT(jobs(), SizeIs(0));
    for (const auto& name : names_in(state())) EXPECT_FALSE(name.starts_with("replay-")) << name;
}

TEST_F(replay_test, words_that_contradict_are_refused) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"replay"},
          {"replay", "--until", "today"},
          {"replay", "a.ndjson", "--since", "today"},
          {"replay", "a.ndjson", "--lane", "fast"},
          {"replay", "a.ndjson", "--execute", "--dry-run"},
          {"replay", "a", "--reason", "x"},
          {"replay", "a.ndjson", "--max-requests-per-window", "0"},
          {"replay", "a.ndjson", "--max-requests-per-window", "101%"},
          {"replay", "show"},
          {"replay", "a.ndjson", "--as-newest", "--execute"}})
        EXPECT_EQ(fed("", words).exit_code, 2) << words.back();
    EXPECT_THAT(jobs(), SizeIs(0));
}

TEST_F(replay_test, job_keeps_the_selection_and_names_with_the_base) {
    const ended got = over({"replay", "--since", "2020-01-01", "--execute", "--reason", "an outage",
                            "--max-requests-per-window", "20"});
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("replay 1 begins"));
    EXPECT_THAT(got.out, HasSubstr("no hubspool works on this queue"));
    ASSERT_THAT(jobs(), SizeIs(1));
    EXPECT_EQ(jobs()[0].reason, "an outage");
    EXPECT_EQ(jobs()[0].requests_max, 20U);
    EXPECT_EQ(files_of(1).at(0).name, "replay_of=1600000000001.1.1-1.a.ndjson");
    EXPECT_EQ(files_of(1).at(1).name, "replay_of=1600000000002.2.1-2.b.ndjson");
    EXPECT_THAT(over({"replay", "list"}).out, HasSubstr("running"));
    EXPECT_THAT(over({"replay", "show", "1"}).out, HasSubstr("0 of 2 settled"));
    EXPECT_THAT(over({"replay", "a.ndjson", "--execute"}).err, HasSubstr("replay 1 is not over"));
}

TEST_F(replay_test, replay_of_a_replay_keeps_the_base_and_the_name) {
    commit_unit unit;
    settle(unit, 9, "replay_of=1600000000001.1.4-17.a.ndjson", "{\"objectId\":\"1\"}");
    ASSERT_EQ(over({"replay", "9", "--execute"}).exit_code, 0);
    EXPECT_EQ(files_of(1).at(0).name, "replay_of=1600000000001.1.1-1.a.ndjson");
    over({"replay", "cancel", "1"});
    EXPECT_THAT(over({"replay", "1", "9"}).out, HasSubstr("1 replay of another one"));
}

TEST_F(replay_test, chosen_records_are_written_down_with_their_keys) {
    const auto staged = [&](std::uint64_t id) {
        std::ifstream file(state() + '/' + files_of(id).at(0).source);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    ASSERT_EQ(over({"replay", "a.ndjson", "--object", "2", "--execute"}).exit_code, 0);
    ASSERT_TRUE(files_of(1).at(0).staged);
    EXPECT_THAT(files_of(1).at(0).name, ::testing::StartsWith("replay.1-1."));
    EXPECT_EQ(staged(1), R"({"objectId":"2","eventName":"a","customProperties":[],)"
                         R"("$hubspool":{"id":"x","order":"1600000000001.1.1"}})"
                         "\n");
    over({"replay", "cancel", "1"});
    EXPECT_EQ(staged(1), "") << "what is over is removed";
    // The one that died.
    ASSERT_EQ(over({"replay", "--since", "2020-01-01", "--failed-only", "--execute"}).exit_code, 0);
    EXPECT_THAT(staged(2), HasSubstr("\"order\":\"1600000000001.1.1\""));
    over({"replay", "cancel", "2"});
    ASSERT_EQ(over({"replay", "b.ndjson", "--as-newest", "--yes", "--execute"}).exit_code, 0);
    EXPECT_THAT(staged(3), HasSubstr("\"order\":\"1600000000002.2.1\",\"as_newest\":true}"));
    EXPECT_THAT(over({"replay", "show", "3"}).out, HasSubstr("b.ndjson as newest"));
}

// The later line is the newer one then, whatever came into the queue first.
TEST_F(replay_test, as_newest_writes_the_oldest_file_down_first) {
    commit_unit unit;
    settle(unit, 3, "c.as_of=20200101T000000Z.ndjson", R"({"objectId":"2","eventName":"c"})");
    ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit)));
    ASSERT_EQ(over({"replay", "1", "2", "3", "--as-newest", "--yes", "--execute"}).exit_code, 0);
    std::ifstream file(state() + '/' + files_of(1).at(0).source);
    const std::string staged(std::istreambuf_iterator<char>(file), {});
    EXPECT_LT(staged.find("\"c\""), staged.find("\"a\""));
    EXPECT_LT(staged.find("\"a\""), staged.find("\"b\""));
}

TEST_F(replay_test, jobs_are_paused_resumed_and_cancelled) {
    over({"replay", "1", "--execute"});
    EXPECT_THAT(over({"replay", "pause", "1"}).out, HasSubstr("replay 1 is paused"));
    EXPECT_THAT(over({"replay", "show", "1"}).out, HasSubstr("replay 1, paused"));
    EXPECT_THAT(over({"replay", "resume", "1"}).out, HasSubstr("replay 1 goes on"));
    EXPECT_THAT(over({"replay", "cancel", "1"}).out, HasSubstr("replay 1 is cancelled"));
    EXPECT_EQ(over({"replay", "resume", "1"}).exit_code, 1);
    for (const char* const verb : {"show", "pause", "resume", "cancel"}) {
        const ended got = over({"replay", verb, "7"});
        EXPECT_EQ(got.exit_code, 1);
        EXPECT_THAT(got.err, HasSubstr("there is no replay 7"));
    }
}

TEST(object_sample, counts_exactly_up_to_its_bound_and_then_about) {
    object_sample sample(1000);
    for (int round = 0; round < 3; ++round)
        for (int i = 0; i < 1000; ++i) sample.find(std::to_string(i));
    EXPECT_TRUE(sample.is_exact());
    EXPECT_EQ(sample.objects(), 1000U);
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 50'000; ++i) sample.find(std::to_string(i));
    EXPECT_FALSE(sample.is_exact());
    EXPECT_LE(sample.size(), 1000U);
    EXPECT_NEAR(static_cast<double>(sample.objects()), 50'000, 7'500);
}

} // namespace
} // namespace hubspool
