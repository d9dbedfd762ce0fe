// Dead letters that are sent once more, held, and told of.
#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using command_words = std::vector<std::string>;

// 1:0 of two keys, 1:100 of one, 1:200 that is too late.
class retry_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        auto store = open_state();
        ASSERT_TRUE(static_cast<bool>(store->begin_run(1, "a")));
        commit_unit unit;
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = 3;
        outcome.finished = wall_time(std::chrono::hours(1));
        dead_letter two = letter(0, "10", "\"eventName\":\"a\",\"eventUrl\":\"b\"");
        two.values = {{field_kind::property, "eventName", {2000, 1, 0}, 0},
                      {field_kind::property, "eventUrl", {1000, 1, 7}, 0}};
        dead_letter late = letter(200, "12", "\"eventName\":\"d\"");
        late.category = "too_late";
        outcome.dead_letters = {two, letter(100, "11", "\"eventName\":\"c\""), late};
        for (const dead_letter& each : outcome.dead_letters)
            outcome.records.add({1, each.records.front().ordinal, fate::dead});
        ASSERT_TRUE(static_cast<bool>(store->commit(unit)));
    }
    static dead_letter letter(std::uint64_t place, const std::string& object,
                              const std::string& fields) {
        dead_letter made;
        made.at = {1, place};
        made.object_id = object;
        made.category = "VALIDATION_ERROR";
        made.reason = "no";
        made.batch = 3;
        made.content = "{\"objectId\":\"" + object + "\"," + fields + ",\"customProperties\":[]}";
        made.records = {{1, place, 0, place / 100, 1, place / 100 + 1, ""}};
        made.values = {{field_kind::property, "eventName", {1000, 1, place / 100}, 0}};
        return made;
    }
    ended retry(command_words words) const { return letters("retry", std::move(words)); }
    ended letters(const std::string& command, command_words words) const {
        words.insert(words.begin(), {"dead-letters", command});
        return over(words);
    }
    // Lines of what lies in bulk/.
    std::vector<std::string> queued() const {
        std::vector<std::string> lines;
        for (const std::string& name : names_in(queue() + "/bulk")) {
            std::ifstream file(queue() + "/bulk/" + name);
            for (std::string line; std::getline(file, line);) lines.push_back(line);
        }
        return lines;
    }
    // As if the daemon had settled them, with this fate.
    void settle(const std::vector<record_name>& of, fate fate) const {
        auto store = open_state();
        batch_outcome outcome;
        outcome.batch = 4;
        outcome.finished = wall_time(std::chrono::hours(2));
        std::uint64_t ordinal = 0;
        for (const record_name& each : of) {
            outcome.records.add({2, ordinal, fate});
            outcome.retries.push_back({each, 2, ordinal++, fate});
        }
        ASSERT_TRUE(static_cast<bool>(store->commit({.outcomes = {outcome}})));
    }
};

TEST_F(retry_test, letter_is_queued_with_a_record_for_each_key_and_struck_by_what_becomes_of_them) {
    const ended got = retry({"1:0"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("  1 dead letter as 2 records\n"));
    const auto lines = queued();
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_THAT(lines[0], HasSubstr("\"eventUrl\":\"b\",\"$hubspool\":{\"order\":\"1000.1.7\"}"));
    EXPECT_THAT(lines[1], HasSubstr("\"eventName\":\"a\",\"$hubspool\":{\"order\":\"2000.1.0\"}"));
    EXPECT_THAT(over({"status"}).out, HasSubstr("3 dead letters open"));
    EXPECT_THAT(over({"status"}).out, HasSubstr("1 of them retried"));
    EXPECT_THAT(letters("show", {"1:0"}).out, HasSubstr("since    sent once more at "));

    settle({{1, 0}, {1, 7}}, fate::delivered);
    EXPECT_THAT(over({"status"}).out, HasSubstr("1 struck: delivered or superseded since"));
    EXPECT_THAT(letters("list", {"--struck", "--each"}).out, HasSubstr("in batch 4"));
    EXPECT_THAT(letters("show", {"1:0"}).out, HasSubstr("at last in batch 4"));
    const ended again = retry({"1:0"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("it was struck or dropped; nothing was sent"));
    EXPECT_THAT(over({"status", "--json"}).out,
                HasSubstr("\"dead_letters\":{\"open\":2,\"retried\":0,\"held\":0,\"struck\":1,"
                          "\"died_again\":0,\"dropped\":0}"));
}

TEST_F(retry_test, too_late_goes_only_as_newest_and_when_somebody_says_so) {
    const ended all = retry({"ALL"});
    EXPECT_EQ(all.exit_code, 3);
    EXPECT_THAT(all.out, HasSubstr("2 dead letters as 3 records"));
    EXPECT_THAT(all.err, HasSubstr("1 dead letter is not sent: HubSpot may have newer values"));
    EXPECT_THAT(all.err, HasSubstr("such as 1:200"));
    EXPECT_EQ(fed("", {"dead-letters", "retry", "1:200", "--as-newest"}).exit_code, 2);
    EXPECT_EQ(retry({"1:200", "--as-newest", "--yes"}).exit_code, 0);
    EXPECT_THAT(queued(),
                ::testing::Contains(HasSubstr("\"order\":\"1000.1.2\",\"as_newest\":true")));
}

// It would die again, and many of them would have the file refused as a whole.
TEST_F(retry_test, what_is_older_than_the_history_stays) {
    ASSERT_TRUE(static_cast<bool>(open_state()->commit({.horizon = {1000, 1}})));
    EXPECT_EQ(retry({"1:100"}).exit_code, 0) << "not below it";
    ASSERT_TRUE(static_cast<bool>(open_state()->commit({.horizon = {1500, 1}})));
    const ended got = retry({"1:0", "1:100"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("2 dead letters are not sent: what was delivered since is not "
                                   "known any more"));
    EXPECT_THAT(queued(), SizeIs(1));
    EXPECT_EQ(retry({"1:0", "--as-newest", "--yes"}).exit_code, 0);
}

// The later line of a file is the newer one, whatever died first.
TEST_F(retry_test, as_newest_sends_the_newest_key_last) {
    EXPECT_EQ(retry({"--all", "--as-newest", "--yes"}).exit_code, 0);
    const auto lines = queued();
    ASSERT_THAT(lines, SizeIs(4));
    EXPECT_THAT(lines[0], HasSubstr("\"1000.1.1\""));
    EXPECT_THAT(lines[1], HasSubstr("\"1000.1.2\""));
    EXPECT_THAT(lines[2], HasSubstr("\"1000.1.7\""));
    EXPECT_THAT(lines[3], HasSubstr("\"2000.1.0\""));
}

TEST_F(retry_test, property_is_set_and_renamed) {
    const ended got = retry({"1:100", "--set", "eventUrl=http://x", "--rename-property",
                             "eventName=eventType", "--json"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("\"letters\":1,\"records\":1,\"edited\":1"));
    ASSERT_THAT(queued(), SizeIs(1));
    EXPECT_THAT(queued()[0], HasSubstr("\"eventType\":\"c\",\"eventUrl\":\"http://x\""));
    for (const char* const wrong : {"eventUrl", "=x", ""})
        EXPECT_EQ(retry({"1:100", "--set", wrong}).exit_code, 2) << wrong;
    for (const char* const wrong : {"a", "a=", "=b"})
        EXPECT_EQ(retry({"1:100", "--rename-property", wrong}).exit_code, 2) << wrong;
}

TEST_F(retry_test, what_would_die_again_unread_stays) {
    const ended got = retry({"1:100", "--set", "eventCancelled=perhaps"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("it would die again: eventCancelled is not"));
    EXPECT_THAT(got.out, HasSubstr("nothing was sent"));
    EXPECT_THAT(queued(), IsEmpty());
    EXPECT_THAT(names_in(queue() + "/tmp"), IsEmpty());
}

TEST_F(retry_test, empty_choice_and_dry_run_send_nothing) {
    EXPECT_EQ(retry({}).exit_code, 2);
    EXPECT_EQ(retry({"--all", "1:0"}).exit_code, 2);
    EXPECT_THAT(fed("", {"dead-letters", "retry", "-"}).out, HasSubstr("nothing was sent"));
    EXPECT_THAT(retry({"--object", "7"}).out, HasSubstr("no dead letter is like that"));
    EXPECT_THAT(retry({"--category", "VALIDATION_ERROR", "--dry-run"}).out,
                HasSubstr("2 dead letters as 3 records would be sent once more"));
    EXPECT_EQ(retry({"1:1"}).exit_code, 1);
    EXPECT_THAT(queued(), IsEmpty());
    EXPECT_THAT(over({"status"}).out, Not(HasSubstr("retried")));
}

TEST_F(retry_test, ids_come_from_standard_input) {
    const std::string listed = letters("list", {"--json", "--object", "11"}).out;
    EXPECT_EQ(fed(listed, {"dead-letters", "retry", "-"}).exit_code, 0);
    EXPECT_THAT(queued(), SizeIs(1));
}

TEST_F(retry_test, held_letter_is_left_alone_and_refused_by_its_id_until_it_is_released) {
    EXPECT_THAT(letters("hold", {"1:0"}).out, HasSubstr("1 dead letter held"));
    EXPECT_THAT(letters("hold", {"1:0"}).out, HasSubstr("0 dead letters held; 1 was so before"));
    EXPECT_THAT(letters("list", {"--held"}).out, HasSubstr("1 dead letter of 1 record"));
    EXPECT_THAT(over({"status"}).out, HasSubstr("1 of them held"));
    for (const char* const command : {"retry", "drop"}) {
        const ended refused = letters(command, {"1:0", "--yes"});
        EXPECT_EQ(refused.exit_code, 1) << command;
        EXPECT_THAT(refused.err, HasSubstr("release 1:0")) << command;
    }
    const ended others = retry({"--category", "VALIDATION_ERROR"});
    EXPECT_THAT(others.out, HasSubstr("1 dead letter as 1 record"));
    EXPECT_THAT(others.out, HasSubstr("1 is held, and left alone"));
    EXPECT_THAT(letters("drop", {"--all", "--yes"}).out, HasSubstr("1 is held, and left alone"));
    EXPECT_THAT(letters("list", {}).out, HasSubstr("1 dead letter of 1 record"));
    EXPECT_THAT(letters("release", {"--all"}).out, HasSubstr("1 dead letter released"));
    EXPECT_EQ(retry({"1:0"}).exit_code, 0);
}

TEST_F(retry_test, export_gives_what_retry_sends) {
    const ended got = letters("export", {"--category", "VALIDATION_ERROR"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(retry({"--category", "VALIDATION_ERROR"}).exit_code, 0);
    std::string sent;
    for (const std::string& line : queued()) sent += line + '\n';
    EXPECT_EQ(got.out, sent);
    EXPECT_EQ(letters("export", {"1:200"}).exit_code, 3);
    EXPECT_THAT(letters("export", {"1:200", "--as-newest"}).out, HasSubstr("\"as_newest\":true"));
}

TEST_F(retry_test, queue_without_room_for_it_is_told_and_nothing_is_noted) {
    std::filesystem::remove_all(queue() + "/bulk");
    const ended got = retry({"1:0"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("bulk"));
    EXPECT_THAT(over({"dead-letters", "show", "1:0"}).out, Not(HasSubstr("since    ")));
}

} // namespace hubspool
