// `drain` as a command, with nobody beside it, against a server on the loopback.
#include "cli/cli_fixture.hpp"
#include "support/small_hubspot.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class drain_command_test : public cli_fixture {
protected:
    drain_command_test() {
        write("ca.pem", hubspot_.authority_pem());
        write("hubspool.yaml",
              "queue:\n    directory: " + queue() + "\n    reserve: 0\n    quiet_period: 0ms\n" +
                  "batch:\n    linger: 0ms\nstate:\n    directory: " + state() +
                  "\napi:\n    token_file: " + dir_.file("token") + "\n    url: " + hubspot_.url() +
                  "\n    ca_file: " + dir_.file("ca.pem") + "\n");
        make_queue();
    }
    void put(const std::string& name, const std::string& text) const {
        const std::string unfinished = queue() + "/tmp/" + name;
        std::ofstream(unfinished) << text;
        std::filesystem::rename(unfinished, queue() + "/new/" + name);
    }
    std::string content_of(const std::string& name) const {
        std::ifstream file(dir_.file(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    small_hubspot hubspot_;
};

TEST_F(drain_command_test, delivered_queue_ends_with_0_and_a_line_of_what_came_of_it) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n{\"objectId\":2,\"eventName\":\"x\"}\n");
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, StartsWith("delivered 2 records, superseded 0, dead-lettered 0; "));
}

TEST_F(drain_command_test, dead_letters_end_it_with_3_and_the_command_that_shows_them) {
    hubspot_.unknown = {"7"};
    put("a.ndjson", "{\"objectId\":7,\"eventName\":\"x\"}\n");
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.out, HasSubstr("`hubspool dead-letters list -c " + config() + "` shows"));
    const ended shown = over({"dead-letters", "list", "--each"});
    EXPECT_THAT(shown.out, AllOf(HasSubstr("OBJECT_NOT_FOUND"), HasSubstr("7")));
}

TEST_F(drain_command_test, rejected_file_ends_it_with_3_and_the_command_that_says_why) {
    put("a.csv", "objectId,title\n1,x\n");
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.out, HasSubstr("1 file went to rejected/"));
    EXPECT_THAT(over({"files", "--failed"}).out, HasSubstr("a.csv"));
}

TEST_F(drain_command_test, json_and_report_say_the_same_in_one_object) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const ended got = over({"drain", "--json", "--report", dir_.file("report.json")});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    for (const std::string& text : {got.out, content_of("report.json")})
        EXPECT_THAT(text, AllOf(StartsWith(R"({"exit_code":0,"why":"")"),
                                HasSubstr(R"("delivered":1,"superseded":0,"dead_lettered":0)"),
                                HasSubstr(R"("queue":")" + queue() + "\"")));
}

TEST_F(drain_command_test, park_ends_it_with_4_and_the_reason_on_standard_error) {
    hubspot_.account_status = 401;
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 4);
    EXPECT_THAT(got.err, HasSubstr("hubspool: "));
    EXPECT_THAT(got.err, ::testing::Not(HasSubstr("secret-token-of-the-test")));
    // What did not go is still there, and said so.
    EXPECT_THAT(over({"status"}).out, HasSubstr("unauthorized"));
}

TEST_F(drain_command_test, stopped_one_says_what_is_left_and_so_does_its_report) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    // The account is asked for, and that is all.
    const ended got = over({"drain", "--max-requests", "1", "--report", dir_.file("report.json")});
    EXPECT_EQ(got.exit_code, 4);
    EXPECT_THAT(got.err, HasSubstr("as many requests were sent as --max-requests allows"));
    EXPECT_THAT(got.out, HasSubstr("left: 1 file in cur/, 0 unclaimed; "));
    EXPECT_THAT(content_of("report.json"),
                HasSubstr(R"("left":{"open_files":1,"waiting_files":0,)"));
    const ended rest = over({"drain", "--lane", "live", "--deadline", "23:59"});
    EXPECT_EQ(rest.exit_code, 0) << rest.err;
    EXPECT_THAT(rest.out, ::testing::Not(HasSubstr("left:")));
}

TEST_F(drain_command_test, quiet_says_nothing_when_all_is_well) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const ended got = over({"drain", "--quiet"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, IsEmpty());
}

TEST_F(drain_command_test, trace_and_batches_tell_what_it_did) {
    put("a.ndjson", "{\"objectId\":42,\"eventName\":\"x\"}\n");
    EXPECT_EQ(over({"drain"}).exit_code, 0);
    const ended traced = over({"trace", "--object", "42"});
    EXPECT_EQ(traced.exit_code, 0) << traced.err;
    EXPECT_THAT(traced.out,
                AllOf(HasSubstr("object 42"), HasSubstr("delivered"), HasSubstr("sent eventName")));
    EXPECT_THAT(over({"batches"}).out, HasSubstr("200"));
    // The ledger is made when something may be late, or on demand.
    EXPECT_EQ(over({"ledger", "check"}).exit_code, 1);
    EXPECT_EQ(over({"ledger", "rebuild"}).exit_code, 0);
    EXPECT_THAT(over({"ledger", "show", "42"}).out, HasSubstr("eventName"));
    const ended checked = over({"ledger", "check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(drain_command_test, submit_then_drain_delivers_what_standard_input_held) {
    EXPECT_EQ(fed("{\"objectId\":5,\"eventName\":\"x\"}\n", {"submit"}).exit_code, 0);
    const ended got = over({"drain"});
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, StartsWith("delivered 1 record,"));
}

} // namespace
} // namespace hubspool
