#include "cli/cli_fixture.hpp"
#include "state/ledger/ledger_file.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ledger_commands_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        store = open_state();
        if (!store->begin_run(1, "queue-a")) throw std::runtime_error("no run");
        commit_unit unit;
        batch_outcome& outcome = unit.outcomes.emplace_back();
        outcome.batch = 1;
        const order_key first{1'764'460'800'000, 7, 11}, second{1'764'464'400'123, 9, 0};
        outcome.changes = {
            {"42",
             fate::delivered,
             false,
             {{field_kind::property, "eventName", first}, {field_kind::custom, "room", second}}},
            {"43", fate::dead, true, {{field_kind::property, "eventName", second}}}};
        if (!store->commit(unit)) throw std::runtime_error("no commit");
    }
    std::unique_ptr<state_store> store;
};

TEST_F(ledger_commands_test, show_tells_time_file_and_record_of_each_field_and_of_no_value) {
    const ended got = over({"ledger", "show", "0042"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out,
                AllOf(HasSubstr("object 42, portal not proved yet"), HasSubstr("eventName"),
                      HasSubstr("2025-11-30T00:00:00.000Z"), HasSubstr("customProperties/room"),
                      HasSubstr("2025-11-30T01:00:00.123Z"), HasSubstr("values are not kept")));
}

TEST_F(ledger_commands_test, show_as_json_has_the_keys) {
    const ended got = over({"ledger", "show", "42", "--json"});
    EXPECT_THAT(got.out,
                HasSubstr(R"({"field":"eventName","custom":false,"acknowledged":{"as_of":)"
                          R"("2025-11-30T00:00:00.000Z","file":7,"ordinal":11},"doubt":null})"));
}

TEST_F(ledger_commands_test, show_of_a_doubt_says_so) {
    const ended got = over({"ledger", "show", "43"});
    EXPECT_THAT(got.out, HasSubstr("record 1 of file 9"));
}

TEST_F(ledger_commands_test, show_of_an_unknown_object_fails) {
    const ended got = over({"ledger", "show", "44"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("nothing of object 44 was acknowledged"));
}

TEST_F(ledger_commands_test, show_of_an_empty_id_is_refused) {
    const ended got = over({"ledger", "show", ""});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("object: its value is empty"));
}

TEST_F(ledger_commands_test, rebuild_waits_for_the_end_of_the_daemon_and_check_then_agrees) {
    EXPECT_THAT(over({"ledger", "check"}).err, HasSubstr("there is no ledger yet"));
    const ended refused = over({"ledger", "rebuild"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("stop hubspool first"));
    store.reset();
    const ended done = over({"ledger", "rebuild"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("1 row of the history will be taken in"));
    const ended checked = over({"ledger", "check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.err;
    EXPECT_THAT(checked.out, HasSubstr("the ledger of 2 objects agrees with the history up "
                                       "to row 1 of 1\n"));
    store = open_state();
    commit_unit unit;
    unit.outcomes.emplace_back().batch = 2;
    ASSERT_TRUE(store->commit(unit));
    EXPECT_THAT(over({"ledger", "check"}).out,
                AllOf(HasSubstr("up to row 1 of 2\n"), HasSubstr("behind that row")));
}

TEST_F(ledger_commands_test, check_tells_what_differs) {
    store.reset();
    over({"ledger", "rebuild"});
    {
        auto file = ledger_file::open(state() + "/ledger.db");
        ASSERT_TRUE(file);
        ledger_file::learnt more;
        more["42"].raise(file->number_of(field_kind::property, "eventName"),
                         object_keys::kind::acknowledged, {1'764'464'400'123, 99, 0});
        ASSERT_TRUE(file->merge(more, file->mark()));
    }
    const ended got = over({"ledger", "check"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("object 42, eventName: the ledger has 2025-11-30T01:00:00.123Z "
                                   "(record 1 of file 99), the history 2025-11-30T00:00:00.000Z"));
    EXPECT_THAT(got.err, HasSubstr("1 difference"));
    EXPECT_THAT(over({"ledger", "check", "--json"}).out, HasSubstr(R"("file":99)"));
}

TEST_F(ledger_commands_test, word_that_is_none_is_told) {
    EXPECT_THAT(over({"ledger"}).err, HasSubstr("ledger show, check or rebuild?"));
    EXPECT_THAT(over({"ledger", "rebuil"}).err, HasSubstr("did you mean rebuild?"));
}

} // namespace
} // namespace hubspool
