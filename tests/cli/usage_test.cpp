#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace hubspool {

using ::testing::HasSubstr;
using ::testing::Not;

using usage_test = cli_fixture;

TEST_F(usage_test, no_command_is_wrong_usage) {
    const ended got = hubspool({});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("which command? See hubspool --help"));
}

TEST_F(usage_test, unknown_command_names_the_nearest_one) {
    const ended got = hubspool({"statsu"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("statsu: no such command; did you mean status?"));
}

TEST_F(usage_test, unknown_command_that_is_near_to_none_names_none) {
    const ended got = hubspool({"frobnicate"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("frobnicate: no such command; see hubspool --help"));
}

TEST_F(usage_test, unknown_option_names_the_nearest_one) {
    const ended got = hubspool({"batches", "--sinse", "today"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("--sinse: no such option; did you mean --since?"));
}

TEST_F(usage_test, option_of_another_command_is_not_proposed) {
    const ended got = hubspool({"trace", "--object", "1", "--until", "today"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("--until: no such option; see hubspool --help"));
}

TEST_F(usage_test, commands_of_later_versions_are_refused) {
    for (const char* const later : {"plan", "replay", "flush", "reload"})
        EXPECT_EQ(hubspool({later}).exit_code, 2) << later;
}

TEST_F(usage_test, dead_letters_without_a_verb_is_wrong_usage) {
    const ended got = over({"dead-letters"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err,
                HasSubstr("dead-letters list, show, export, retry, drop, hold or release?"));
}

TEST_F(usage_test, config_and_instance_together_are_refused) {
    EXPECT_EQ(hubspool({"status", "-c", config(), "-i", "other"}).exit_code, 2);
}

TEST_F(usage_test, instance_that_leads_elsewhere_is_refused) {
    const ended got = hubspool({"status", "-i", "../../tmp/x"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("an instance is named by a word"));
}

TEST_F(usage_test, instance_names_the_file_in_etc) {
    const ended got = hubspool({"-i", "no-such-instance", "status"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("/etc/hubspool/no-such-instance.yaml: cannot be read"));
}

TEST_F(usage_test, bad_configuration_prints_all_errors_with_their_places) {
    write("hubspool.yaml", "queue:\n    directry: /x\nbatch:\n    linger: 5\n");
    const ended got = over({"status"});
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr(config() + ":2:5: "));
    EXPECT_THAT(got.err, HasSubstr("queue.directory"));
    EXPECT_THAT(got.err, HasSubstr(config() + ":4:"));
}

TEST_F(usage_test, config_may_stand_before_and_behind_the_command) {
    make_queue();
    EXPECT_EQ(hubspool({"-c", config(), "status"}).exit_code, 0);
    EXPECT_EQ(hubspool({"status", "-c", config()}).exit_code, 0);
}

TEST_F(usage_test, help_describes_each_command_and_the_exit_codes) {
    const ended got = hubspool({"--help"});
    EXPECT_EQ(got.exit_code, 0);
    for (const char* const word : {"run", "drain", "submit", "check", "status", "batches", "files",
                                   "dead-letters", "pause", "resume", "75"})
        EXPECT_THAT(got.out, HasSubstr(word));
    EXPECT_THAT(hubspool({"drain", "--help"}).out, HasSubstr("--deadline"));
}

TEST_F(usage_test, help_of_each_command_fits_80_columns) {
    for (const char* const command :
         {"", "run", "drain", "submit", "check", "status", "batches", "files", "dead-letters list",
          "dead-letters show", "dead-letters export", "dead-letters drop", "trace", "ledger show",
          "ledger check", "ledger rebuild", "pause", "resume"}) {
        std::vector<std::string> words;
        std::istringstream in(command);
        for (std::string word; in >> word;) words.push_back(word);
        words.emplace_back("--help");
        std::istringstream lines(hubspool(words).out);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(line.size(), 80U) << command << ": " << line;
    }
}

TEST_F(usage_test, version_is_printed) {
    const ended got = hubspool({"--version"});
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.out, ::testing::StartsWith("hubspool " HUBSPOOL_VERSION));
    for (const char* const library : {"Boost 1.", "OpenSSL 3.", "SQLite 3.", "simdjson "})
        EXPECT_THAT(got.out, HasSubstr(library));
}

TEST_F(usage_test, values_that_are_none_are_wrong_usage) {
    EXPECT_EQ(over({"drain", "--deadline", "soon"}).exit_code, 2);
    EXPECT_EQ(over({"drain", "--deadline", "2020-01-01 06:00"}).exit_code, 2);
    EXPECT_EQ(over({"drain", "--max-requests", "0"}).exit_code, 2);
    EXPECT_EQ(over({"drain", "--lane", "new"}).exit_code, 2);
    EXPECT_EQ(over({"batches", "--since", "someday"}).exit_code, 2);
    EXPECT_EQ(over({"batches", "-n", "0"}).exit_code, 2);
    EXPECT_EQ(over({"batches", "-n", "many"}).exit_code, 2);
    EXPECT_EQ(over({"status", "extra"}).exit_code, 2);
}

} // namespace hubspool
