// `dead-letters drop`, `hold`, `release`, `retry` and `export`: what they say, choose and refuse.
#include "cli/json_value.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/some_letters.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class letter_changes_test : public letters_fixture {
protected:
    // 1:0, 1:20 and 2:0, of the objects 1 to 3.
    void SetUp() override {
        letters_fixture::SetUp();
        std::vector<dead_letter> all{some_letter(1, 0, "1", "a"), some_letter(1, 20, "2", "b"),
                                     some_letter(2, 0, "3", "c")};
        for (dead_letter& letter : all) {
            letter.content = "{\"objectId\":\"" + letter.object_id + "\",\"eventName\":\"x\"}";
            letter.values = {{field_kind::property, "eventName", {1000, 1, 0}, 0}};
        }
        record(all);
    }
};

TEST_F(letter_changes_test, words_that_choose_nothing_or_twice_are_refused_by_each_command) {
    for (const char* const command : {"drop", "retry", "hold", "release"}) {
        const ended none = letters(command);
        EXPECT_EQ(none.exit_code, 2) << command;
        EXPECT_EQ(none.err, "hubspool: " + std::string(command) +
                                " which dead letters? Name ids, - for ids on standard input, a "
                                "filter, or --all\n");
        for (const std::vector<std::string>& twice : {std::vector<std::string>{"1:0", "--all"},
                                                      {"1:0", "--object", "1"},
                                                      {"--all", "--reason", "a"},
                                                      {"ALL", "--held"}}) {
            const ended got = letters(command, twice);
            EXPECT_EQ(got.exit_code, 2) << command;
            EXPECT_EQ(got.err, "hubspool: " + std::string(command) +
                                   " takes ids, or a filter, or --all: one of these\n");
        }
    }
}

TEST_F(letter_changes_test, id_that_is_none_or_that_nobody_has_says_why) {
    EXPECT_EQ(letters("hold", {"1:0x"}).err,
              "hubspool: 1:0x is no id of a dead letter: `hubspool dead-letters list` prints them "
              "(FILE:OFFSET); nothing was changed\n");
    EXPECT_EQ(letters("hold", {"1:0", "9:9"}).err,
              "hubspool: no open dead letter is 9:9: there never was, or it was struck or dropped; "
              "nothing was changed\n");
    EXPECT_THAT(letters("list", {"--held"}).out, HasSubstr("no dead letter is like that"));
    const std::string long_one = letters("hold", {std::string(500, 'i')}).err;
    EXPECT_THAT(long_one, StartsWith("hubspool: " + std::string(197, 'i') + "… is no id"));
}

TEST_F(letter_changes_test, hold_and_release_count_what_was_so_before) {
    EXPECT_EQ(letters("hold", {"1:0"}).out,
              "1 dead letter held: `retry` and `drop` leave them alone until `release`\n");
    EXPECT_EQ(letters("hold", {"--all"}).out,
              "2 dead letters held; 1 was so before: `retry` and `drop` leave them alone until "
              "`release`\n");
    EXPECT_EQ(letters("hold", {"--all"}).out, "0 dead letters held; 3 were so before\n");
    EXPECT_EQ(letters("release", {"1:0", "1:20"}).out, "2 dead letters released\n");
    EXPECT_EQ(letters("release", {"--all"}).out, "1 dead letter released; 2 were so before\n");
    EXPECT_EQ(letters("hold", {"--object", "77"}).out,
              "no dead letter is like that; nothing was changed\n");
}

TEST_F(letter_changes_test, hold_and_release_tell_scripts_in_numbers) {
    EXPECT_EQ(letters("hold", {"1:0", "--json"}).out, "{\"held\":1,\"chosen\":1}\n");
    EXPECT_EQ(letters("hold", {"--all", "--json"}).out, "{\"held\":2,\"chosen\":3}\n");
    EXPECT_EQ(letters("release", {"--held", "--json"}).out, "{\"released\":3,\"chosen\":3}\n");
    EXPECT_EQ(letters("release", {"--held", "--json"}).out, "{\"released\":0,\"chosen\":0}\n");
}

TEST_F(letter_changes_test, held_ones_are_told_by_number) {
    letters("hold", {"1:0"});
    EXPECT_THAT(letters("drop", {"--all", "--dry-run"}).out,
                EndsWith("2 dead letters would be dropped: VALIDATION_ERROR 2\n"
                         "1 is held, and left alone; `hubspool dead-letters list --held` shows "
                         "it\n"));
    letters("hold", {"1:20"});
    EXPECT_THAT(letters("retry", {"--all", "--dry-run"}).out,
                AllOf(StartsWith("1 dead letter as 1 record would be sent once more\n"),
                      EndsWith("2 are held, and left alone; `hubspool dead-letters list --held` "
                               "shows them\n")));
    letters("hold", {"2:0"});
    EXPECT_EQ(letters("drop", {"--all", "--yes"}).out,
              "no dead letter is like that; nothing was dropped\n"
              "3 are held, and left alone; `hubspool dead-letters list --held` shows them\n");
    EXPECT_THAT(letters("retry", {"--all"}).out,
                StartsWith("no dead letter is like that; nothing was sent\n3 are held"));
}

TEST_F(letter_changes_test, held_one_that_is_named_is_refused_with_the_way_out) {
    letters("hold", {"1:20"});
    EXPECT_EQ(letters("drop", {"1:0", "1:20", "--yes"}).err,
              "hubspool: 1:20 is held: somebody has it in hand. `hubspool dead-letters release "
              "1:20` gives it free; nothing was dropped\n");
    EXPECT_EQ(letters("export", {"1:20"}).exit_code, 0) << "to look at it does no harm";
}

TEST_F(letter_changes_test, drop_tells_scripts_what_was_chosen_and_what_was_done) {
    expect_json(letters("drop", {"--reason", "a", "--dry-run", "--json"}).out,
                {{"/dropped", "0"},
                 {"/dry_run", "true"},
                 {"/chosen", "3"}, // the reason may stand in the category
                 {"/records", "3"},
                 {"/categories/VALIDATION_ERROR", "3"},
                 {"/file", "none"}});
    const std::string done = letters("drop", {"--object", "2", "--yes", "--json"}).out;
    expect_json(done, {{"/dropped", "1"}, {"/dry_run", "none"}, {"/chosen", "1"}});
    EXPECT_THAT(json_value(json_lookup(done), "/file"),
                StartsWith('"' + state() + "/dead-letters.dropped"));
    expect_json(letters("drop", {"--object", "77", "--yes", "--json"}).out,
                {{"/dropped", "0"}, {"/chosen", "0"}, {"/file", "none"}});
}

TEST_F(letter_changes_test, retry_tells_scripts_what_was_chosen_sent_and_left_out) {
    letters("hold", {"2:0"});
    dead_letter broken = some_letter(2, 40, "4", "d");
    broken.content = "no JSON";
    record({broken}, 4);
    expect_json(letters("retry", {"--all", "--dry-run", "--json"}).out, {{"/dry_run", "true"},
                                                                         {"/chosen", "3"},
                                                                         {"/letters", "2"},
                                                                         {"/records", "2"},
                                                                         {"/edited", "0"},
                                                                         {"/retried_before", "0"},
                                                                         {"/held", "1"},
                                                                         {"/file", "none"}});
    const ended sent = letters("retry", {"1:0", "--json"});
    EXPECT_THAT(json_value(json_lookup(sent.out), "/file"), EndsWith(".ndjson\""));
    EXPECT_THAT(names_in(queue() + "/bulk"), SizeIs(1));
    expect_json(letters("retry", {"1:0", "--json"}).out,
                {{"/retried_before", "1"}, {"/letters", "1"}});
}

TEST_F(letter_changes_test, retry_says_what_was_changed_and_what_was_sent_before) {
    EXPECT_THAT(letters("retry", {"1:0", "1:20", "--rename-property", "nope=other"}).out,
                HasSubstr("2 dead letters as 2 records\n0 of them changed\n"));
    EXPECT_THAT(letters("retry", {"1:0", "2:0", "--set", "eventName=y"}).out,
                AllOf(HasSubstr("\n2 of them changed\n1 of them sent before, too, and not settled "
                                "yet, which does no harm\n"),
                      EndsWith("they are struck when these records are delivered or superseded: "
                               "`hubspool status`\n")));
    EXPECT_THAT(letters("retry", {"2:0", "--dry-run"}).out, Not(HasSubstr("struck")));
}

TEST_F(letter_changes_test, retry_of_none_that_can_be_sent_says_so) {
    dead_letter broken = some_letter(2, 40, "4", "d");
    broken.content = "no JSON";
    record({broken}, 4);
    const ended got = letters("retry", {"2:40"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_EQ(got.out, "none of these can be sent; nothing was sent\n");
    EXPECT_THAT(got.err, StartsWith("hubspool: 1 dead letter is not sent: "));
    EXPECT_THAT(names_in(queue() + "/bulk"), SizeIs(0));
    EXPECT_THAT(names_in(queue() + "/tmp"), SizeIs(0));
}

TEST_F(letter_changes_test, edits_that_are_none_say_how_to_write_them) {
    EXPECT_EQ(letters("retry", {"1:0", "--set", "=x"}).err,
              "hubspool: --set =x: write it as PROPERTY=VALUE\n");
    EXPECT_EQ(letters("retry", {"1:0", "--rename-property", "a="}).err,
              "hubspool: --rename-property a=: write it as OLD=NEW\n");
    EXPECT_EQ(letters("retry", {"1:0", "--dry-run", "--set", "eventName="}).exit_code, 0)
        << "an empty value is one";
    EXPECT_EQ(letters("retry", {"1:0", "--dry-run", "--set", "eventName=a=b"}).exit_code, 0);
}

TEST_F(letter_changes_test, export_of_ids_and_a_filter_is_refused_and_of_nothing_is_said) {
    EXPECT_EQ(letters("export", {"1:0", "--object", "1"}).err,
              "hubspool: export takes ids or a filter: one of these\n");
    const ended none = letters("export", {"--object", "77"});
    EXPECT_EQ(none.exit_code, 0);
    EXPECT_EQ(none.err, "hubspool: no dead letter is like that\n");
    EXPECT_EQ(none.out, "");
    EXPECT_THAT(letters("export").out, AllOf(HasSubstr("\"1\""), HasSubstr("\"3\"")))
        << "without words all";
}

TEST_F(letter_changes_test, commands_say_how_a_state_comes_about_that_is_not_there) {
    std::filesystem::remove_all(state());
    for (const std::vector<std::string>& words : {std::vector<std::string>{"list"},
                                                  {"export"},
                                                  {"hold", "--all"},
                                                  {"drop", "--all", "--yes"},
                                                  {"retry", "--all"}}) {
        const ended got = letters(words.front(), {words.begin() + 1, words.end()});
        EXPECT_EQ(got.exit_code, 1) << words.front();
        EXPECT_THAT(got.err, HasSubstr("hubspool has not run with this state.directory yet"));
    }
    EXPECT_FALSE(std::filesystem::exists(state()));
}

class question_test : public letter_changes_test {
protected:
    // What is answered to a question, and what it said.
    std::pair<bool, std::string> agreed(const std::string& typed) const {
        const int kept = ::dup(STDIN_FILENO);
        if (std::freopen(write("typed", typed).c_str(), "r", stdin) == nullptr)
            throw std::runtime_error("cannot feed standard input");
        ::testing::internal::CaptureStderr();
        const bool yes = is_agreed("drop 3 dead letters?");
        std::string said = ::testing::internal::GetCapturedStderr();
        ::dup2(kept, STDIN_FILENO);
        ::close(kept);
        return {yes, std::move(said)};
    }
};

TEST_F(question_test, only_a_yes_is_one) {
    for (const char* const yes : {"y\n", "Y\n", "yes\n", "yes", "y\nn\n"})
        EXPECT_TRUE(agreed(yes).first) << yes;
    for (const char* const no : {"", "\n", "n\n", "no\n", "yep\n", " y\n", "y \n", "YES!\n"})
        EXPECT_FALSE(agreed(no).first) << no;
    EXPECT_EQ(agreed("").second, "drop 3 dead letters? [y/N] ");
}

} // namespace
} // namespace hubspool
