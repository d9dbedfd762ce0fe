#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::Not;

class history_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(some_history())));
    }
};

using no_history_test = cli_fixture;

TEST_F(no_history_test, commands_say_that_hubspool_has_not_run_yet) {
    make_queue();
    for (const std::vector<std::string>& words : {std::vector<std::string>{"batches"},
                                                  {"dead-letters", "list"},
                                                  {"dead-letters", "show", "1:0"},
                                                  {"dead-letters", "export"},
                                                  {"dead-letters", "drop", "--all", "--yes"}}) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 1) << words.front();
        EXPECT_THAT(got.err, HasSubstr("hubspool has not run with this state.directory yet"));
    }
    EXPECT_EQ(over({"files", "--json"}).out, "[]\n");
    EXPECT_FALSE(std::filesystem::exists(state()));
}

TEST_F(history_test, batches_have_the_fields_of_their_log_line) {
    const ended got = over({"batches", "--json"});
    EXPECT_EQ(got.exit_code, 0);
    for (const char* const field :
         {"\"batch\":7", "\"attempt\":1", "\"lane\":\"live\"", "\"inputs\":4", "\"delivered\":3",
          "\"retried\":0", "\"dead_lettered\":1", "\"http_status\":207", "\"status\":\"COMPLETE\"",
          "\"duration_ms\":0", "\"queue_wait_ms\":0", "\"correlation_id\":\"\"",
          "\"reason\":\"VALIDATION_ERROR\""})
        EXPECT_THAT(got.out, HasSubstr(field));
    EXPECT_THAT(over({"batches"}).out, HasSubstr("property nope does not exist"));
}

TEST_F(history_test, batches_before_since_are_left_out) {
    EXPECT_THAT(over({"batches", "--since", "-1h"}).out, HasSubstr("no batches since"));
    EXPECT_THAT(over({"batches", "--failed", "--since", "2000-01-01"}).out, HasSubstr("207"));
}

TEST_F(history_test, files_tell_place_and_fates) {
    const ended got = over({"files", "--json"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(
        got.out,
        HasSubstr(
            "{\"number\":1,\"name\":\"orders.ndjson\",\"lane\":\"live\",\"place\":\"done\","
            "\"size\":300,\"records_in\":3,\"delivered\":1,\"superseded\":1,"
            "\"dead_lettered\":1,\"pending\":0,\"overtaken\":0,\"unchanged\":0,\"balanced\":true"));
    EXPECT_THAT(
        got.out,
        HasSubstr(
            "{\"number\":2,\"name\":\"more.ndjson\",\"lane\":\"bulk\",\"place\":\"cur\","
            "\"size\":500,\"records_in\":5,\"delivered\":2,\"superseded\":0,"
            "\"dead_lettered\":0,\"pending\":3,\"overtaken\":0,\"unchanged\":0,\"balanced\":true"));
    EXPECT_THAT(got.out, HasSubstr("\"settled\":null,\"keep_because\":null,"
                                   "\"remark\":\"2 of its texts were mended\""));
}

TEST_F(history_test, files_tell_what_was_taken_otherwise_than_it_stands_there) {
    EXPECT_THAT(over({"files"}).out, HasSubstr("more.ndjson    2 of its texts were mended"));
}

TEST_F(history_test, files_that_nothing_is_recorded_of_yet_are_listed) {
    std::filesystem::create_directories(queue() + "/cur/000000");
    std::ofstream(queue() + "/cur/000000/00000000000000000009-bulk-new\nname.ndjson") << "{}";
    EXPECT_THAT(over({"files", "--json"}).out,
                HasSubstr("{\"number\":9,\"name\":\"new\\nname.ndjson\",\"lane\":\"bulk\","
                          "\"place\":\"cur\",\"size\":2,"
                          "\"records_in\":null"));
    EXPECT_THAT(over({"files"}).out, HasSubstr("new\\x0aname.ndjson"));
}

TEST_F(history_test, failed_files_are_those_with_dead_letters) {
    const ended got = over({"files", "--failed"});
    EXPECT_THAT(got.out, HasSubstr("orders.ndjson"));
    EXPECT_THAT(got.out, Not(HasSubstr("more.ndjson")));
}

TEST_F(history_test, rows_limit_keeps_the_newest) {
    const ended got = over({"files", "-n", "1"});
    EXPECT_THAT(got.out, HasSubstr("more.ndjson"));
    EXPECT_THAT(got.out, HasSubstr("1 older one is not shown"));
}

} // namespace hubspool
