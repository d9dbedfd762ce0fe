#include "cli/cli_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class plan_test : public cli_fixture {
protected:
    void SetUp() override { make_queue(); }
    std::string queued(const std::string& name, const std::string& content) const {
        std::ofstream(queue() + '/' + name, std::ios::binary) << content;
        return name;
    }
};

TEST_F(plan_test, empty_queue_is_nothing_to_do) {
    const ended got = over({"plan"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, AllOf(HasSubstr("what is queued\n"), HasSubstr("records     0\n"),
                               HasSubstr("requests    0,")));
}

TEST_F(plan_test, records_of_both_lanes_merge_and_nothing_is_touched) {
    queued("new/a.ndjson", "{\"objectId\":\"1\",\"eventName\":\"a\"}\n{\"objectId\":\"2\"}\n");
    queued("bulk/b.ndjson", "{\"objectId\":\"1\",\"eventName\":\"b\"}\n");
    const ended got = over({"plan"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, AllOf(HasSubstr("files       2 (1 live, 1 bulk), "),
                               HasSubstr("records     3\n"), HasSubstr("objects     2\n"),
                               HasSubstr("changes     2, in which 2 are delivered and 1 supers"),
                               HasSubstr("requests    1, ")));
    EXPECT_TRUE(std::filesystem::exists(queue() + "/new/a.ndjson"));
    EXPECT_TRUE(std::filesystem::exists(queue() + "/bulk/b.ndjson"));
    EXPECT_FALSE(std::filesystem::exists(state())) << "a plan makes no state";
}

TEST_F(plan_test, bad_records_are_counted_by_reason_with_their_places) {
    queued("new/a.ndjson", "{}\n{\"objectId\":\"1\"}\n{\"eventName\":\"x\"}\n[3]\n");
    const ended got = over({"plan"});
    EXPECT_EQ(got.exit_code, 3) << got.err;
    EXPECT_THAT(got.out, AllOf(HasSubstr("dead        3 records\n"), HasSubstr("a.ndjson line 1\n"),
                               HasSubstr("a.ndjson line 3\n"), HasSubstr("a.ndjson line 4\n")));
}

TEST_F(plan_test, sample_is_the_body_as_it_would_be_sent) {
    queued("new/a.ndjson", "{\"objectId\":\"1\",\"eventName\":\"a\"}\n");
    const std::string body =
        R"({"inputs":[{"objectId":"1","eventName":"a","customProperties":[]}]})";
    EXPECT_THAT(over({"plan", "--sample", "1"}).out, ::testing::EndsWith(body + '\n'));
    EXPECT_THAT(over({"plan", "--sample", "1", "--json"}).out, HasSubstr("\"sample\":[" + body));
    EXPECT_THAT(over({"plan"}).out, Not(HasSubstr("inputs")));
    EXPECT_EQ(over({"plan", "--sample", "101"}).exit_code, 2);
}

TEST_F(plan_test, what_history_has_newer_is_overtaken) {
    {
        auto store = open_state();
        commit_unit unit;
        batch_outcome& sent = unit.outcomes.emplace_back();
        sent.batch = 1;
        sent.records = {{1, 0, fate::delivered}};
        sent.changes.add({"1",
                          fate::delivered,
                          false,
                          {{field_kind::property, "eventName", {1'600'000'000'000, 1, 0}}}});
        unit.last_number = 1;
        unit.last_stamp = 1'600'000'000'000;
        unit.read_to = frontiers{{1, 100}, {1, 100}};
        ASSERT_TRUE(static_cast<bool>(store->commit(unit)));
    }
    queued("new/a.ndjson", "{\"objectId\":\"1\",\"eventName\":\"old\",\"$hubspool\":"
                           "{\"as_of\":\"2010-01-01T00:00:00Z\"}}\n");
    const ended got = over({"plan"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("0 are delivered and 1 superseded (1 by what was delivered"));
    EXPECT_THAT(got.out, HasSubstr("requests    0,"));
}

TEST_F(plan_test, given_file_that_cannot_be_read_is_a_failure) {
    EXPECT_THAT(over({"plan", dir_.file("none")}).err, HasSubstr("No such file"));
    EXPECT_EQ(over({"plan", dir_.file("none")}).exit_code, 1);
    EXPECT_THAT(over({"plan", queue()}).err, HasSubstr("plan reads files, and this is none"));
    const std::string given = write("given.csv", "objectId,title\n1,x\n");
    const ended got = over({"plan", given});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.out, HasSubstr("trouble     with 1 file\n    " + given));
}

} // namespace
} // namespace hubspool
