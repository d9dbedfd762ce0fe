// What wrong words on the command line get for an answer.
#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <utility>

namespace hubspool {
namespace {

using ::testing::ExitedWithCode;
using ::testing::HasSubstr;

using usage_words_test = cli_fixture;

TEST_F(usage_words_test, verb_with_a_slip_names_the_one_that_was_meant) {
    const std::vector<std::pair<std::vector<std::string>, const char*>> table{
        {{"dead-letters", "lits"}, "lits: no such argument here; did you mean list?"},
        {{"dead-letters", "retyr"}, "retyr: no such argument here; did you mean retry?"},
        {{"dead-letters", "hodl"}, "hodl: no such argument here; did you mean hold?"},
        {{"dead-letters", "relaese"}, "relaese: no such argument here; did you mean release?"},
        {{"ledger", "rebiuld"}, "rebiuld: no such argument here; did you mean rebuild?"},
        {{"drian"}, "drian: no such command; did you mean drain?"},
        {{"dead-leters"}, "dead-leters: no such command; did you mean dead-letters?"},
        {{"drain", "--deadlin", "2h"}, "--deadlin: no such option; did you mean --deadline?"},
        {{"drain", "--max-request=5"}, "did you mean --max-requests?"},
        {{"--instanze", "x"}, "did you mean --instance?"}};
    for (const auto& [words, answer] : table) {
        const ended got = hubspool(words);
        EXPECT_EQ(got.exit_code, 2) << words.back();
        EXPECT_THAT(got.err, HasSubstr(answer));
    }
}

// A script's variable that nobody set: without the check the default would be taken.
TEST_F(usage_words_test, empty_value_is_refused_and_is_no_default) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"drain", "--deadline", ""},
          {"drain", "--lane", ""},
          {"drain", "--report", ""},
          {"batches", "--since", ""},
          {"files", "--since", ""},
          {"report", "--since", ""},
          {"report", "--until", ""},
          {"report", "--format", ""},
          {"fates", "--since", ""},
          {"fates", "--after", ""},
          {"fates", "--format", ""},
          {"health", "--format", ""},
          {"health", "--age-warn", ""},
          {"run", "--metrics-file", ""},
          {"replay", "--since", ""},
          {"replay", "a", "--reason", ""},
          {"replay", "a", "--max-requests-per-window", ""},
          {"submit", "--as-of", ""},
          {"trace", "--object", ""}}) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 2) << words.front() << ' ' << words[words.size() - 2];
        EXPECT_THAT(got.err, HasSubstr(words[words.size() - 2] + ": its value is empty"));
    }
    const ended config = hubspool({"status", "-c", ""});
    EXPECT_EQ(config.exit_code, 2);
    EXPECT_THAT(config.err, HasSubstr("--config: its value is empty"));
    EXPECT_THAT(hubspool({"status", "-i", ""}).err, HasSubstr("an instance is named by a word"));
}

TEST_F(usage_words_test, time_or_word_that_is_none_says_what_to_write) {
    const std::vector<std::pair<std::vector<std::string>, const char*>> table{
        {{"files", "--since", "someday"},
         "--since someday: not a time; write \"2026-11-23 10:00\", today, \"2h ago\" or -2h"},
        {{"dead-letters", "list", "--until", "someday"}, "--until someday: not a time"},
        {{"report", "--until", "someday"}, "--until someday: not a time"},
        {{"report", "--format", "pdf"}, "--format pdf: there are text, html and json"},
        {{"report", "--since", "2020-01-01Z", "--until", "2020-01-01Z"},
         "--since 2020-01-01Z: that is not before 2020-01-01Z"},
        {{"report", "--since", "now"}, "--since now: that is not before now"},
        {{"fates", "--after", "x"},
         "--after x: that is no cursor; a line of fates begins with one"},
        {{"fates", "--format", "json"}, "--format json: there are ndjson and csv"},
        {{"fates", "--since", "x"}, "--since x: not a time"},
        {{"drain", "--lane", "both"}, "--lane both: there are live and bulk"},
        {{"drain", "--deadline", "soon"},
         "--deadline soon: neither a duration nor a time ahead; write 10m, 2h, 06:00 or "
         "\"2026-11-24 06:00\""},
        {{"replay", "a", "--lane", "Live"}, "--lane Live: "},
        {{"dead-letters", "list", "-n", "0"}, "--rows"},
        {{"trace", "--object", "1", "-n", "0"}, "--rows"},
        {{"plan", "--sample", "101"}, "--sample"},
        {{"plan", "--sample", "-1"}, "--sample"},
        {{"drain", "--max-requests", "1000000001"}, "--max-requests"},
        {{"trace"}, "--object is required"},
        {{"ledger"}, "ledger show, check or rebuild? See hubspool ledger --help"}};
    for (const auto& [words, answer] : table) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 2) << answer;
        EXPECT_THAT(got.err, HasSubstr(answer));
        EXPECT_EQ(got.out, "");
    }
}

TEST_F(usage_words_test, options_that_contradict_are_refused) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"drain", "--quiet", "--verbose"},
          {"check", "-q", "--json"},
          {"submit", "--wait", "--check-only"},
          {"fates", "--since", "-1h", "--after", "1-1.1"},
          {"replay", "a", "--execute", "--dry-run"}}) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 2) << words.back();
        EXPECT_THAT(got.err, HasSubstr("excludes")) << words.back();
    }
}

TEST_F(usage_words_test, instance_is_a_word_and_no_path) {
    for (const char* const wrong : {"", ".", "..", ".hidden", "a/b", "/etc/passwd"}) {
        const ended got = hubspool({"status", "-i", wrong});
        EXPECT_EQ(got.exit_code, 2) << wrong;
        EXPECT_THAT(got.err, HasSubstr("-i " + std::string(wrong) + ": an instance is named"));
    }
    EXPECT_THAT(hubspool({"status", "-i", "a.b"}).err, HasSubstr("/etc/hubspool/a.b.yaml"));
}

class unread_words_test : public cli_fixture {
protected:
    void SetUp() override {
        // The log has a thread by now.
        GTEST_FLAG_SET(death_test_style, "threadsafe");
        make_queue();
        ASSERT_TRUE(open_state()->commit(some_history()));
    }
    // In a process of its own, since a stream that failed once is remembered.
    [[noreturn]] void unread(const std::vector<std::string>& words) const {
        std::vector<std::string> all{"hubspool"};
        all.insert(all.end(), words.begin(), words.end());
        all.insert(all.end(), {"-c", config()});
        std::vector<char*> argv;
        for (std::string& word : all) argv.push_back(word.data());
        if (std::freopen("/dev/full", "w", stdout) == nullptr) std::_Exit(99);
        const int code = run_command_line(static_cast<int>(all.size()), argv.data());
        std::error_code ignored;
        std::filesystem::remove_all(dir_.path(), ignored);
        std::_Exit(code);
    }
};

TEST_F(unread_words_test, what_was_done_is_done_though_its_words_cannot_be_written) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"pause"},
                                                  {"dead-letters", "hold", "--all"},
                                                  {"dead-letters", "release", "--all"},
                                                  {"dead-letters", "retry", "--object", "77"},
                                                  {"dead-letters", "drop", "--all", "--yes"},
                                                  {"ledger", "rebuild"}})
        EXPECT_EXIT(unread(words), ExitedWithCode(0), "written.*what was done stays done")
            << words.back();
}

TEST_F(unread_words_test, what_only_tells_has_failed_when_it_cannot_tell) {
    for (const std::vector<std::string>& words : {std::vector<std::string>{"report"},
                                                  {"dead-letters", "show", "42"},
                                                  {"fates"},
                                                  {"replay", "list"}})
        EXPECT_EXIT(unread(words), ExitedWithCode(1),
                    "standard output cannot be written: No space left on device\n")
            << words.back();
}

} // namespace
} // namespace hubspool
