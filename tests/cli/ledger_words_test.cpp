// `ledger show` and `check`: doubts, horizons and what differs, in words and as JSON.
#include "cli/cli_fixture.hpp"
#include "cli/json_value.hpp"
#include "state/ledger/ledger_file.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr order_key told_at{1'764'460'800'000, 7, 11}, doubted_at{1'764'464'400'123, 9, 0};

class ledger_words_test : public cli_fixture {
protected:
    void SetUp() override { make_queue(); }
    static settled_field field(const std::string& name, const order_key& key,
                               field_kind kind = field_kind::property) {
        return {kind, name, key};
    }
    // One batch that settled these fields of object 42.
    void acknowledge(std::uint64_t batch, fate how, bool doubt,
                     std::vector<settled_field> fields) const {
        commit_unit unit;
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = batch;
        outcome.changes.add({"42", how, doubt, std::move(fields)});
        ASSERT_TRUE(open_state()->commit(unit));
    }
    void spoil(const std::string& object, const std::string& name, object_keys::kind kind,
               const order_key& key) const {
        auto file = ledger_file::open(state() + "/ledger.db");
        ASSERT_TRUE(file);
        ledger_file::learnt more;
        more[object].raise(file->number_of(field_kind::property, name), kind, key);
        ASSERT_TRUE(file->merge(more, file->mark()));
    }
};

TEST_F(ledger_words_test, fields_stand_in_a_table_with_names_that_steer_nothing) {
    acknowledge(1, fate::delivered, false,
                {field("event\x1bName", told_at), field("room", doubted_at, field_kind::custom)});
    EXPECT_EQ(over({"ledger", "show", "42"}).out,
              "object 42, portal not proved yet\n"
              "field                  acknowledged              file  record  in doubt below\n"
              "event\\x1bName          2025-11-30T00:00:00.000Z     7      12\n"
              "customProperties/room  2025-11-30T01:00:00.123Z     9       1\n"
              "values are not kept: HubSpot has the present ones, and the files in done/ those "
              "that were sent\n");
}

TEST_F(ledger_words_test, doubt_is_told_only_above_what_was_acknowledged) {
    acknowledge(1, fate::dead, true, {field("eventName", doubted_at)});
    EXPECT_THAT(over({"ledger", "show", "42"}).out,
                HasSubstr("eventName  -                -       -  2025-11-30T01:00:00.123Z (record "
                          "1 of file 9)\n"));
    expect_json(over({"ledger", "show", "42", "--json"}).out,
                {{"/object_id", "\"42\""},
                 {"/portal", "\"\""},
                 {"/horizon", "none"},
                 {"/fields/0/field", "\"eventName\""},
                 {"/fields/0/custom", "none"},
                 {"/fields/0/acknowledged", "none"},
                 {"/fields/0/doubt/as_of", "\"2025-11-30T01:00:00.123Z\""},
                 {"/fields/0/doubt/file", "9"},
                 {"/fields/0/doubt/ordinal", "0"}});
    acknowledge(2, fate::delivered, false, {field("eventName", {1'764'464'400'124, 10, 0})});
    EXPECT_THAT(over({"ledger", "show", "42", "--json"}).out, HasSubstr("\"doubt\":null"));
}

TEST_F(ledger_words_test, horizon_is_told_with_what_becomes_of_what_is_older) {
    acknowledge(1, fate::delivered, false, {field("eventName", told_at)});
    ASSERT_TRUE(open_state()->commit({.horizon = {1'764'460'700'000, 5}}));
    EXPECT_THAT(over({"ledger", "show", "42"}).out,
                EndsWith("what is older than 2025-11-29T23:58:20.000Z is not sent: it becomes a "
                         "dead letter, too_late\n"));
    expect_json(over({"ledger", "show", "42", "--json"}).out,
                {{"/horizon/as_of", "\"2025-11-29T23:58:20.000Z\""}, {"/horizon/file", "5"}});
}

TEST_F(ledger_words_test, unknown_object_is_an_empty_object_for_scripts_and_a_failure) {
    acknowledge(1, fate::delivered, false, {field("eventName", told_at)});
    const ended got = over({"ledger", "show", "0043", "--json"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, EndsWith("\"fields\":[]}\n"));
    EXPECT_EQ(got.err,
              "hubspool: nothing of object 43 was acknowledged, as far as the history goes "
              "back\n");
}

TEST_F(ledger_words_test, differences_are_told_both_ways) {
    acknowledge(1, fate::delivered, false, {field("eventName", told_at)});
    over({"ledger", "rebuild"});
    spoil("42", "eventName", object_keys::kind::doubt, {1'764'464'400'124, 8, 2});
    spoil("77", "eventUrl", object_keys::kind::acknowledged, told_at);
    const ended got = over({"ledger", "check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out,
                AllOf(HasSubstr("object 42, eventName in doubt: the ledger has "
                                "2025-11-30T01:00:00.124Z (record 3 of file 8), the history "
                                "nothing\n"),
                      HasSubstr("object 77, eventUrl: the ledger has 2025-11-30T00:00:00.000Z "
                                "(record 12 of file 7), the history nothing\n")));
    EXPECT_EQ(got.err, "hubspool: 2 differences between the ledger and the history; stop hubspool "
                       "and run `hubspool ledger rebuild`\n");
    const std::string json = over({"ledger", "check", "--json"}).out;
    EXPECT_THAT(json, HasSubstr(R"({"object_id":"77","field":"eventUrl","custom":false,)"
                                R"("doubt":false,"ledger":{"as_of":"2025-11-30T00:00:00.000Z",)"
                                R"("file":7,"ordinal":11},"history":null})"
                                "\n"));
}

TEST_F(ledger_words_test, twenty_differences_are_shown_to_a_person_and_all_to_a_script) {
    acknowledge(1, fate::delivered, false, {field("eventName", told_at)});
    over({"ledger", "rebuild"});
    for (int i = 0; i < 21; ++i)
        spoil(std::to_string(1000 + i), "eventUrl", object_keys::kind::acknowledged, told_at);
    const auto lines = [](const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines(over({"ledger", "check"}).out), 20);
    EXPECT_EQ(lines(over({"ledger", "check", "--json"}).out), 21);
    EXPECT_THAT(over({"ledger", "check"}).err, StartsWith("hubspool: 21 differences between"));
}

TEST_F(ledger_words_test, check_that_agrees_tells_scripts_by_its_code_alone) {
    acknowledge(1, fate::delivered, false, {field("eventName", told_at)});
    EXPECT_THAT(
        over({"ledger", "rebuild"}).out,
        AllOf(StartsWith("1 row of the history will be taken in\ndone in 0."), EndsWith(" s\n")));
    const ended got = over({"ledger", "check", "--json"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out, "");
    EXPECT_EQ(over({"ledger", "check"}).out,
              "the ledger of 1 object agrees with the history up to row 1 of 1\n");
}

TEST_F(ledger_words_test, commands_need_a_state_and_make_none) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"ledger", "show", "42"}, {"ledger", "rebuild"}}) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 1) << words.back();
        EXPECT_THAT(got.err, HasSubstr("hubspool has not run with this state.directory yet"));
    }
    EXPECT_EQ(over({"ledger", "check"}).exit_code, 1);
    EXPECT_FALSE(std::filesystem::exists(state() + "/ledger.db"));
}

} // namespace
} // namespace hubspool
