// Which files a replay is about, and why not others.
#include "cli/json_value.hpp"
#include "cli/replay_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class replay_choice_test : public replay_fixture {
protected:
    void SetUp() override {
        make_queue();
        open_state();
    }
    // The numbers of the files that these words choose.
    std::vector<std::uint64_t> chosen(std::vector<std::string> words) const {
        words.emplace_back("--json");
        const ended got = replay(std::move(words));
        const json_lookup json(got.out);
        std::vector<std::uint64_t> numbers;
        for (std::size_t i = 0; i < json.elements("/files"); ++i) {
            const std::string path = *json.text("/files/" + std::to_string(i));
            numbers.push_back(std::stoull(path.substr(path.rfind('/') + 1)));
        }
        return numbers;
    }
    std::string why_none(std::vector<std::string> words) const {
        const ended got = replay(std::move(words));
        EXPECT_EQ(got.exit_code, 1) << got.out;
        EXPECT_EQ(got.out, "");
        return got.err;
    }
    // As if it were in the state alone.
    void know(std::uint64_t number, const std::string& name, bool settled,
              const char* keep_because = nullptr) const {
        commit_unit unit;
        file_row row;
        row.number = number;
        row.name = name;
        row.stamp = replay_stamp + number;
        if (settled) row.settled = wall_time(milliseconds(replay_stamp));
        if (keep_because != nullptr) row.keep_because = keep_because;
        unit.files = {row};
        commit(unit);
    }
};

TEST_F(replay_choice_test, name_that_several_files_have_is_no_choice) {
    settle_one(3, "night.ndjson");
    settle_one(14, "night.ndjson");
    settle_one(15, "day.ndjson");
    EXPECT_EQ(why_none({"night.ndjson"}),
              "hubspool: 2 files in done/ are called night.ndjson: name one by its number, such as "
              "3 14; nothing was done\n");
    EXPECT_THAT(chosen({"14", "day.ndjson"}), ElementsAre(14, 15));
    EXPECT_THAT(chosen({"3", "3", "00000000000000000003-1600000000003-live-night.ndjson"}),
                ElementsAre(3))
        << "named twice it is one file";
}

TEST_F(replay_choice_test, name_that_no_settled_file_has_says_why) {
    know(5, "open.ndjson", false);
    know(6, "bad.ndjson", true, "it is empty");
    know(7, "old.ndjson", true);
    settle_one(8, "here.ndjson");
    EXPECT_EQ(why_none({"open.ndjson"}), "hubspool: open.ndjson is not settled yet: it is being "
                                         "delivered; nothing was done\n");
    EXPECT_EQ(why_none({"6"}),
              "hubspool: 6 is in rejected/: mend it and submit it again; only what "
              "was settled is replayed; nothing was done\n");
    EXPECT_EQ(why_none({"00000000000000000007-1600000000007-live-old.ndjson"}),
              "hubspool: 00000000000000000007-1600000000007-live-old.ndjson is not in done/ any "
              "more: settled files are kept for queue.retention; nothing was done\n");
    EXPECT_EQ(
        why_none({"here.ndjson", "no\nsuch"}),
        "hubspool: no\\x0asuch is no file in done/, and no number or name of one; nothing was "
        "done\n");
    EXPECT_THAT(why_none({"8x"}), HasSubstr("8x is no file in done/"));
}

TEST_F(replay_choice_test, time_takes_files_at_both_of_its_borders) {
    settle_one(2, "a"); // came 2 ms after the stamp, settled 2 s after it
    const auto at = [](const char* rest) { return "2020-09-13T12:26:" + std::string(rest); };
    EXPECT_THAT(chosen({"--since", at("42.000Z")}), ElementsAre(2));
    EXPECT_THAT(chosen({"--since", at("42.001Z")}), IsEmpty());
    EXPECT_THAT(chosen({"--since", at("40.000Z"), "--until", at("40.002Z")}), ElementsAre(2));
    EXPECT_THAT(chosen({"--since", at("40.000Z"), "--until", at("40.001Z")}), IsEmpty());
}

TEST_F(replay_choice_test, file_whose_row_is_gone_goes_by_the_day_of_its_directory) {
    commit_unit never;
    settle(never, 2, "a", "{\"objectId\":\"1\"}\n");
    EXPECT_THAT(chosen({"--since", "2020-09-13T23:00:00Z"}), ElementsAre(2));
    EXPECT_THAT(chosen({"--since", "2020-09-14T00:00:00Z"}), IsEmpty());
    EXPECT_THAT(chosen({"2"}), ElementsAre(2));
}

TEST_F(replay_choice_test, lane_leaves_out_the_other) {
    settle_one(1, "a", lane::live);
    settle_one(2, "b", lane::bulk);
    EXPECT_THAT(chosen({"--since", "2020-01-01"}), ElementsAre(1, 2));
    EXPECT_THAT(chosen({"--since", "2020-01-01", "--lane", "live"}), ElementsAre(1));
    EXPECT_THAT(chosen({"--since", "2020-01-01", "--lane", "bulk"}), ElementsAre(2));
    EXPECT_THAT(why_none({"a", "--lane", "bulk"}),
                HasSubstr("a is of the other lane than --lane says; nothing was done"));
    settle_one(3, "a", lane::bulk);
    EXPECT_THAT(chosen({"a", "--lane", "bulk"}), ElementsAre(3)) << "one of two is meant so";
}

TEST_F(replay_choice_test, file_below_what_is_known_goes_only_as_newest) {
    settle_one(1, "a");
    settle_one(2, "b");
    commit({.horizon = {replay_stamp + 2, 2}});
    const ended some = replay({"--since", "2020-01-01"});
    EXPECT_THAT(some.out, AllOf(HasSubstr("  files       1, "),
                                HasSubstr("  left out    1 file\n    done/2020-09-13/"
                                          "00000000000000000001-1600000000001-live-a\n"
                                          "      what was delivered since is known only from "
                                          "2020-09-13 12:26:40Z on; only with --as-newest\n")));
    EXPECT_THAT(why_none({"a"}),
                HasSubstr("none of 1 file that were chosen can be replayed; done/2020-09-13/"
                          "00000000000000000001-1600000000001-live-a: what was delivered since"));
    EXPECT_THAT(chosen({"--since", "2020-01-01", "--as-newest"}), ElementsAre(1, 2));
}

TEST_F(replay_choice_test, file_of_a_version_without_order_goes_only_as_newest) {
    std::filesystem::create_directories(queue() + "/done/2020-09-13");
    std::ofstream(queue() + "/done/2020-09-13/00000000000000000004-live-old.ndjson")
        << "{\"objectId\":\"1\"}\n";
    EXPECT_THAT(why_none({"4"}), HasSubstr("it was claimed by a version that noted no order; only "
                                           "with --as-newest; nothing was done"));
    EXPECT_THAT(chosen({"4", "--as-newest"}), ElementsAre(4));
}

TEST_F(replay_choice_test, of_a_file_and_its_replays_the_first_is_taken) {
    settle_one(1, "a");
    settle_one(2, "b");
    settle_one(5, "replay_of=1600000000001.1.1-1.a");
    settle_one(6, "replay_of=1600000000001.1.2-1.a");
    EXPECT_THAT(chosen({"--since", "2020-01-01"}), ElementsAre(1, 2));
    EXPECT_THAT(replay({"--since", "2020-01-01"}).out,
                HasSubstr("  left out    2 replays of another one that is chosen\n"));
    EXPECT_THAT(chosen({"6", "5"}), ElementsAre(5));
    // Its records are as old as in the first file, and so stand before those of the second.
    EXPECT_THAT(chosen({"5", "2"}), ElementsAre(5, 2));
}

TEST_F(replay_choice_test, bytes_are_those_of_the_files_that_are_taken) {
    settle_one(1, "a");
    settle_one(2, "b");
    settle_one(5, "replay_of=1600000000001.1.1-1.a");
    EXPECT_THAT(replay({"--since", "2020-01-01", "--json"}).out, HasSubstr("\"bytes\":66,"));
}

TEST_F(replay_choice_test, files_that_wait_in_cur_are_told_with_a_time_and_refused_by_name) {
    settle_one(1, "a");
    know(2, "waiting", true);
    know(3, "open", false);
    know(4, "rejected", true, "it is empty");
    std::filesystem::create_directories(queue() + "/cur/000000");
    for (const auto& [number, name] :
         {std::pair(2, "waiting"), std::pair(3, "open"), std::pair(4, "rejected")})
        std::ofstream(queue() + "/cur/000000/" +
                      format_claimed_name({static_cast<std::uint64_t>(number),
                                           replay_stamp + static_cast<std::uint64_t>(number),
                                           lane::live, name}));
    const ended got = replay({"--since", "2020-01-01", "--json"});
    const json_lookup json(got.out);
    EXPECT_EQ(json.elements("/left_out"), 1U) << "only what is settled waits for its turn";
    EXPECT_THAT(*json.text("/left_out/0/file"), EndsWith("-waiting"));
    EXPECT_THAT(why_none({"waiting"}), HasSubstr("replay it then; nothing was done"));
}

TEST_F(replay_choice_test, words_that_choose_nothing_say_what_to_write) {
    const std::vector<std::pair<std::vector<std::string>, const char*>> table{
        {{}, "replay what? Name files in done/, or say --since and --until"},
        {{"a", "--since", "today"}, "replay takes files or a time: one of these"},
        {{"a", "--until", "today"}, "replay takes files or a time: one of these"},
        {{"--until", "today"}, "replay --until needs a --since: nothing means all"},
        {{"--since", "2020-01-02", "--until", "2020-01-01"}, "--until lies before --since"},
        {{"a", "--reason", "x"}, "--reason goes with --execute: a plan alone is not kept"},
        {{"a", "--max-requests-per-window", "5 %"},
         "--max-requests-per-window takes a number from 1 on, or a share such as 25%"}};
    for (const auto& [words, sentence] : table) {
        const ended got = replay(words);
        EXPECT_EQ(got.exit_code, 2) << sentence;
        EXPECT_EQ(got.err, "hubspool: " + std::string(sentence) + '\n');
    }
    EXPECT_EQ(replay({"--since", "2020-01-01Z", "--until", "2020-01-01Z"}).exit_code, 1)
        << "a moment is a time, and nothing is of it";
}

} // namespace
} // namespace hubspool
