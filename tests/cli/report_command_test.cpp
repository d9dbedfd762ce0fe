// `report`, and the file that a report goes into.
#include "cli/cli_fixture.hpp"
#include "cli/report/report_file.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class report_command_test : public cli_fixture {
protected:
    void record() const {
        make_queue();
        const auto store = open_state();
        ASSERT_TRUE(store->begin_run(1, "queue-a"));
        ASSERT_TRUE(store->commit(some_history()));
    }
    std::string content_of(const std::string& name) const {
        std::ifstream file(dir_.file(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

// The history is of the last days of 2019.
TEST_F(report_command_test, tells_what_was_settled_in_the_span_and_what_is_open) {
    record();
    const ended got = over({"report", "--since", "2019-12-01", "--format", "json"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out,
                AllOf(HasSubstr(R"("records":{"records_in":8,"delivered":3,)"
                                R"("superseded":1,"overtaken":0,"unchanged":0,"dead_lettered":1,)"
                                R"("pending":3})"),
                      HasSubstr(R"("requests":{"requests":1,"failed":0,"inputs":4)")));
    const ended text = over({"report", "--since", "2019-12-01"});
    EXPECT_THAT(text.out, AllOf(StartsWith("report      from 2019-"), HasSubstr("orders.ndjson"),
                                HasSubstr("state.history")));
    EXPECT_THAT(over({"report", "--since", "2019-12-01", "--format", "html"}).out,
                StartsWith("<!DOCTYPE html>"));
}

TEST_F(report_command_test, span_that_has_ended_tells_nothing_of_open_files) {
    record();
    const ended got =
        over({"report", "--since", "2019-12-01", "--until", "2020-01-01", "--format", "json"});
    EXPECT_THAT(got.out, HasSubstr(R"("files":{"settled":1,"open":0,)")) << got.err;
    const ended before =
        over({"report", "--since", "2019-11-01", "--until", "2019-11-02", "--format", "json"});
    EXPECT_THAT(before.out, AllOf(HasSubstr(R"("files":{"settled":0,"open":0,)"),
                                  HasSubstr(R"("dead_letters":{"letters":0,)")));
}

TEST_F(report_command_test, wrong_words_are_usage_and_no_state_is_a_failure) {
    EXPECT_EQ(over({"report", "--since", "soon"}).exit_code, 2);
    EXPECT_EQ(over({"report", "--format", "pdf"}).exit_code, 2);
    EXPECT_EQ(over({"report", "--since", "2020-01-02", "--until", "2020-01-01"}).exit_code, 2);
    EXPECT_EQ(over({"report"}).exit_code, 1);
}

TEST_F(report_command_test, file_of_a_report_is_replaced_as_a_whole) {
    write("report.txt", "the report of yesterday");
    auto file = report_file::open(dir_.file("report.txt"));
    ASSERT_TRUE(file);
    EXPECT_EQ(content_of("report.txt"), "the report of yesterday") << "until there is another one";
    EXPECT_TRUE(file->write("today's"));
    EXPECT_EQ(content_of("report.txt"), "today's");
    EXPECT_THAT(names_in(dir_.path().string()),
                ::testing::Not(::testing::Contains(HasSubstr(".tmp"))));
}

TEST_F(report_command_test, link_stays_and_what_it_names_is_replaced) {
    write("real.txt", "old");
    std::filesystem::create_symlink(dir_.file("real.txt"), dir_.file("link.txt"));
    auto file = report_file::open(dir_.file("link.txt"));
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->write("new"));
    EXPECT_TRUE(std::filesystem::is_symlink(dir_.file("link.txt")));
    EXPECT_EQ(content_of("real.txt"), "new");
}

TEST_F(report_command_test, what_is_no_regular_file_is_written_as_it_is) {
    auto file = report_file::open("/dev/null");
    ASSERT_TRUE(file);
    EXPECT_TRUE(file->write("nobody reads this"));
    auto full = report_file::open("/dev/full");
    ASSERT_TRUE(full);
    const auto failed = full->write("x");
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("--report /dev/full: No space left"));
}

} // namespace
} // namespace hubspool
