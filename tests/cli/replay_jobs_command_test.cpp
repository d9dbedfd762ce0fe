// `replay`: its numbers, what a job keeps of the words, and how jobs are listed, held and ended.
#include "cli/json_value.hpp"
#include "cli/replay_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class replay_jobs_command_test : public replay_fixture {
protected:
    // Three files of four records, of which one is none and one died.
    void SetUp() override {
        make_queue();
        commit_unit unit;
        settle(unit, 1, "a.ndjson", R"({"objectId":"1","eventName":"a","eventUrl":"u"}
{"objectId":"2","eventName":"a"}
{"objectId":
)");
        settle(unit, 2, "b.ndjson",
               R"({"objectId":"2","eventName":"b"})"
               "\n",
               lane::bulk);
        settle(unit, 3, "c.ndjson",
               R"({"objectId":"3","eventName":"c"})"
               "\n");
        batch_outcome& sent = unit.outcomes.emplace_back();
        sent.batch = 1;
        sent.records = {{1, 0, fate::delivered},
                        {1, 1, fate::dead},
                        {1, 2, fate::dead},
                        {2, 0, fate::delivered},
                        {3, 0, fate::overtaken}};
        commit(unit);
    }
    std::string begin(std::vector<std::string> words) const {
        words.emplace_back("--execute");
        const ended got = replay(std::move(words));
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
};

TEST_F(replay_jobs_command_test, plan_counts_what_the_words_choose) {
    struct {
        std::vector<std::string> words;
        const char *records, *bad, *objects, *requests;
    } const table[] = {
        {{"1"}, "2", "1", "2", "1"},
        {{"--since", "2020-01-01"}, "4", "1", "3", "1"},
        {{"--since", "2020-01-01", "--object", "2"}, "2", "0", "1", "1"},
        {{"--since", "2020-01-01", "--object", "002", "--object", "3"}, "3", "0", "2", "1"},
        {{"--since", "2020-01-01", "--failed-only"}, "1", "0", "1", "1"},
        {{"1", "--failed-only", "--object", "2"}, "1", "0", "1", "1"},
        {{"1", "--as-newest"}, "2", "1", "2", "1"},
    };
    for (const auto& row : table) {
        std::vector<std::string> words = row.words;
        words.emplace_back("--json");
        const ended got = replay(words);
        EXPECT_EQ(got.exit_code, 0) << got.err;
        expect_json(got.out, {{"/executed", "none"},
                              {"/records", row.records},
                              {"/bad", row.bad},
                              {"/objects", row.objects},
                              {"/exact", "true"},
                              {"/requests", row.requests}});
    }
    EXPECT_THAT(replay({"1", "--failed-only", "--object", "1"}).err,
                HasSubstr("no record of the chosen files is like that; nothing was done"));
}

TEST_F(replay_jobs_command_test, requests_and_time_follow_from_batches_and_the_limit) {
    write("hubspool.yaml", "queue:\n    directory: " + queue() +
                               "\nstate:\n    directory: " + state() +
                               "\nbatch:\n    max_inputs: 2\nrate_limit:\n    requests: "
                               "50\n    window: 20s\n");
    expect_json(replay({"--since", "2020-01-01", "--json"}).out,
                {{"/objects", "3"}, {"/requests", "2"}, {"/requests_a_window", "50"}});
    EXPECT_THAT(replay({"--since", "2020-01-01"}).out,
                HasSubstr("  time        about 800ms, at 50 requests in 20s\n"));
    EXPECT_THAT(replay({"--since", "2020-01-01", "--max-requests-per-window", "4"}).out,
                HasSubstr("  time        about 10s, at 4 requests in 20s\n"));
    EXPECT_THAT(replay({"--since", "2020-01-01", "--max-requests-per-window", "400"}).out,
                HasSubstr(", at 50 requests in 20s\n"))
        << "more than the limit it cannot be";
}

TEST_F(replay_jobs_command_test, share_of_the_limit_becomes_whole_requests) {
    const std::vector<std::pair<const char*, std::uint32_t>> table{
        {"1", 1}, {"400", 400}, {"100%", 90}, {"25%", 22}, {"50%", 45}, {"1%", 1}};
    for (const auto& [text, requests] : table) {
        begin({"1", "--max-requests-per-window", text});
        EXPECT_EQ(jobs().back().requests_max, requests) << text;
        replay({"cancel", std::to_string(jobs().back().id)});
    }
    begin({"1"});
    EXPECT_EQ(jobs().back().requests_max, 0U) << "no limit of its own";
    for (const char* const wrong :
         {"0", "0%", "101%", "x", "-1", "1.5", "%", "5 %", "1%%", "99999999999"})
        EXPECT_EQ(replay({"1", "--max-requests-per-window", wrong}).exit_code, 2) << wrong;
}

TEST_F(replay_jobs_command_test, job_keeps_what_was_chosen_in_words) {
    const std::vector<std::pair<std::vector<std::string>, const char*>> table{
        {{"1", "c.ndjson"}, "1 c.ndjson"},
        {{"--since", "2020-01-01Z", "--until", "2020-12-01Z"},
         "since 2020-01-01 00:00:00Z until 2020-12-01 00:00:00Z"},
        {{"--since", "2020-01-01Z", "--lane", "bulk"}, "since 2020-01-01 00:00:00Z lane bulk"},
        {{"1", "--object", "02", "--object", "1"}, "1 object 02 object 1"},
        {{"1", "--failed-only"}, "1 failed only"},
        {{"3", "--as-newest", "--yes"}, "3 as newest"}};
    for (const auto& [words, chosen] : table) {
        begin(words);
        EXPECT_EQ(jobs().back().chosen, chosen);
        replay({"cancel", std::to_string(jobs().back().id)});
    }
}

TEST_F(replay_jobs_command_test, job_of_whole_files_counts_their_bytes_and_all_their_pieces) {
    begin({"1", "2", "--reason", "why"});
    const replay_job job = jobs().back();
    EXPECT_EQ(job.files, 2U);
    EXPECT_EQ(job.records, 4U) << "with the piece that is none";
    EXPECT_EQ(job.requests, 1U);
    EXPECT_EQ(job.bytes, files_of(1).at(0).size + files_of(1).at(1).size);
    EXPECT_THAT(files_of(1).at(0).source, StartsWith("done/2020-09-13/"));
    EXPECT_FALSE(files_of(1).at(0).staged);
}

TEST_F(replay_jobs_command_test, begun_job_is_told_with_who_does_it) {
    EXPECT_THAT(begin({"1"}),
                EndsWith("replay 1 begins; `hubspool replay show 1` tells how far it is, pause and "
                         "cancel hold it\n"
                         "no hubspool works on this queue now: the next `hubspool run` or `drain` "
                         "does it\n"));
    replay({"cancel", "1"});
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    ASSERT_TRUE(held);
    EXPECT_THAT(begin({"1"}), EndsWith("\nhubspool (pid " + std::to_string(::getpid()) +
                                       ") puts its files into the queue, a few at a time\n"));
    replay({"cancel", "2"});
    expect_json(begin({"1", "--json"}), {{"/executed", "true"}, {"/id", "3"}, {"/records", "2"}});
}

TEST_F(replay_jobs_command_test, second_job_waits_until_the_first_is_over) {
    begin({"1"});
    const ended second = replay({"2", "--execute"});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, HasSubstr("replay 1 is not over"));
    EXPECT_EQ(replay({"2"}).exit_code, 0) << "a plan needs no turn";
    replay({"pause", "1"});
    EXPECT_EQ(replay({"2", "--execute"}).exit_code, 1);
    replay({"cancel", "1"});
    begin({"2"});
}

TEST_F(replay_jobs_command_test, list_has_a_line_or_an_object_for_each) {
    EXPECT_EQ(replay({"list"}).out, "there is no replay\n");
    EXPECT_EQ(replay({"list", "--json"}).out, "");
    begin({"1"});
    replay({"cancel", "1"});
    begin({"2", "3"});
    const std::string listed = replay({"list"}).out;
    EXPECT_THAT(listed, StartsWith("id  begun                 state      files  settled  chosen\n"
                                   " 1  20"));
    EXPECT_THAT(listed, HasSubstr("Z  cancelled      1        0  1\n 2  20"));
    EXPECT_THAT(listed, EndsWith("Z  running        2        0  2 3\n"));
    const std::string json = replay({"list", "--json"}).out;
    ASSERT_EQ(std::count(json.begin(), json.end(), '\n'), 2);
    expect_json(json.substr(0, json.find('\n')), {{"/id", "1"}, {"/state", "\"cancelled\""}});
    expect_json(json.substr(json.find('\n') + 1), {{"/id", "2"}, {"/files", "2"}});
}

TEST_F(replay_jobs_command_test, files_that_were_left_out_on_the_way_are_shown_with_the_reason) {
    begin({"1", "2"});
    {
        auto changing = replay_jobs::open(state(), replay_jobs::access::change);
        ASSERT_TRUE(changing);
        ASSERT_TRUE(changing->skip(1, 1, "it has changed since"));
    }
    EXPECT_THAT(replay({"show", "1"}).out,
                AllOf(HasSubstr("  files       0 of 2 settled, 0 being delivered, 1 left out\n"),
                      HasSubstr("-bulk-b.ndjson\n      left out: it has changed since\n")));
    const std::string json = replay({"show", "1", "--json"}).out;
    expect_json(json, {{"/files_left_out", "1"}, {"/left_out/0/why", "\"it has changed since\""}});
}

TEST_F(replay_jobs_command_test, jobs_that_are_held_or_ended_say_what_follows) {
    begin({"1"});
    EXPECT_EQ(
        replay({"pause", "1"}).out,
        "replay 1 is paused: no more of its files go into the queue; what is there already is "
        "sent\n`hubspool replay resume 1` goes on\n");
    EXPECT_EQ(replay({"resume", "1"}).out,
              "replay 1 goes on with the next `hubspool run` or `drain`: no hubspool works on this "
              "queue now\n");
    {
        // Its file is being read.
        commit_unit unit;
        file_row row;
        row.number = 9;
        row.name = files_of(1).at(0).name;
        row.lane = lane::bulk;
        unit.files = {row};
        commit(unit);
    }
    const auto held = queue_directory::open({queue(), milliseconds(0)});
    ASSERT_TRUE(held);
    EXPECT_EQ(replay({"resume", "1"}).out, "replay 1 goes on\n");
    EXPECT_EQ(
        replay({"cancel", "1"}).out,
        "replay 1 is cancelled: no more of its files go into the queue; what is there already "
        "is sent, such as 1 file that is being delivered\n");
    for (const char* const verb : {"pause", "resume", "cancel"})
        EXPECT_EQ(replay({verb, "1"}).err, "hubspool: replay 1 is cancelled already\n") << verb;
    EXPECT_EQ(replay({"cancel", "2"}).err,
              "hubspool: there is no replay 2: `hubspool replay list` shows those there are\n");
}

TEST_F(replay_jobs_command_test, job_whose_files_are_settled_is_done_and_stays_so) {
    begin({"1"});
    commit_unit unit;
    file_row row;
    row.number = 9;
    row.name = files_of(1).at(0).name;
    row.records_in = 2;
    row.counts = {2, 0, 0};
    row.settled = wall_time(milliseconds(replay_stamp));
    unit.files = {row};
    commit(unit);
    EXPECT_EQ(replay({"cancel", "1"}).err, "hubspool: replay 1 is done already\n");
    expect_json(replay({"show", "1", "--json"}).out, {{"/state", "\"done\""},
                                                      {"/settled", "\"2020-09-13T12:26:40.000Z\""},
                                                      {"/delivered", "2"}});
}

TEST_F(replay_jobs_command_test, as_newest_is_asked_for_before_anything_is_written) {
    const ended got = fed("", {"replay", "1", "--as-newest", "--execute"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_EQ(got.err, "hubspool: --as-newest sends older values over newer ones, and nobody is "
                       "there to be asked: --yes does it without asking; nothing was done\n");
    EXPECT_THAT(jobs(), IsEmpty());
    for (const std::string& name : names_in(state()))
        EXPECT_FALSE(name.starts_with("replay-")) << name;
}

TEST_F(replay_jobs_command_test, commands_for_jobs_need_a_state) {
    std::filesystem::remove_all(state());
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"list"}, {"show", "1"}, {"pause", "1"}, {"1"}}) {
        const ended got = replay(words);
        EXPECT_EQ(got.exit_code, 1) << words.front();
        EXPECT_THAT(got.err, HasSubstr("hubspool has not run with this state.directory yet"));
    }
}

} // namespace
} // namespace hubspool
