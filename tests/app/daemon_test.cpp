// The whole daemon as `drain` runs it, with its threads, against a server on the loopback.
#include "app/run_daemon.hpp"
#include "app/settle/status_file.hpp"
#include "base/status_json.hpp"
#include "state/letters/dead_letter_box.hpp"
#include "support/small_hubspot.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <fstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class daemon_test : public ::testing::Test {
protected:
    daemon_test() {
        write("token", "pat-na1-test");
        write("ca.pem", hubspot_.authority_pem());
        std::filesystem::create_directory(dir_.path() / "queue");
        options_.queue.directory = dir_.file("queue");
        options_.queue.reserve_bytes = 0;
        options_.queue.quiet_period = 0ms;
        options_.state.directory = dir_.file("state");
        options_.api.token_file = dir_.file("token");
        options_.api.ca_file = dir_.file("ca.pem");
        options_.api.url = hubspot_.url();
        options_.batch.linger = 0ms;
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(dir_.file(name)) << text;
        ASSERT_EQ(::chmod(dir_.file(name).c_str(), 0640), 0);
    }
    // As a producer does it, once the queue is there.
    void put(const std::string& name, const std::string& text, const std::string& lane = "new") {
        make_queue();
        const std::string unfinished = dir_.file("queue/tmp/" + name);
        std::ofstream(unfinished) << text;
        std::filesystem::rename(unfinished, dir_.file("queue/" + lane + "/" + name));
    }
    void make_queue() const {
        if (std::filesystem::exists(dir_.path() / "queue/tmp")) return;
        ASSERT_TRUE(queue_directory::open({options_.queue.directory, 0ms}));
    }
    std::unique_ptr<instance> opened() {
        auto running = open_instance(options_);
        if (!running) throw std::runtime_error(running.error().message);
        return std::move(*running);
    }
    run_result drained(std::optional<milliseconds> deadline = 20s) {
        const auto running = opened();
        return run_daemon(*running, drain_options{deadline, {}, {}, true});
    }
    run_result drained_with(std::optional<std::uint64_t> requests_max, std::optional<lane> only) {
        const auto running = opened();
        return run_daemon(*running, drain_options{20s, requests_max, only, true});
    }
    void pause() {
        const auto running = opened();
        ASSERT_TRUE(running->store->ask_for(operator_command::pause));
    }
    std::size_t files_in(const std::string& folder) const {
        std::size_t files = 0;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(dir_.path() / "queue" / folder))
            files += entry.is_regular_file() &&
                             !entry.path().filename().string().starts_with('.') &&
                             entry.path().extension() != ".reason"
                         ? 1
                         : 0;
        return files;
    }
    std::vector<std::string> letter_categories() const {
        std::vector<std::string> found;
        auto box = dead_letter_box::open(options_.state.directory, dead_letter_box::access::look);
        EXPECT_TRUE(box && box->visit([&](const kept_dead_letter& kept) {
            found.push_back(kept.letter.category);
            return true;
        }));
        return found;
    }

    temp_dir dir_;
    small_hubspot hubspot_;
    settings options_;
};

} // namespace

TEST_F(daemon_test, drain_of_an_empty_queue_is_done_and_asks_for_no_batch) {
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 0) << ended.why;
    EXPECT_EQ(ended.totals.delivered, 0U);
    EXPECT_THAT(hubspot_.batches(), IsEmpty());
}

TEST_F(daemon_test, drain_delivers_both_lanes_and_moves_their_files_to_done) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n{\"objectId\":2,\"eventName\":\"x\"}\n");
    put("b.json", "[{\"objectId\":3,\"eventName\":\"y\"}]", "bulk");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 0) << ended.why;
    EXPECT_EQ(ended.totals.delivered, 3U);
    EXPECT_EQ(files_in("done"), 2U);
    EXPECT_EQ(files_in("cur"), 0U);
    EXPECT_EQ(files_in("new"), 0U);
    EXPECT_EQ(ended.requests, hubspot_.batches().size());
    EXPECT_GE(hubspot_.questions(), 1U) << "whose account it is, first";
}

TEST_F(daemon_test, values_of_one_object_are_merged_and_the_newest_is_sent) {
    put("a.ndjson",
        "{\"objectId\":1,\"eventName\":\"old\"}\n{\"objectId\":1,\"eventName\":\"new\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.totals.delivered + ended.totals.superseded, 2U);
    ASSERT_THAT(hubspot_.batches(), SizeIs(1));
    EXPECT_THAT(hubspot_.batches()[0], HasSubstr(R"("new")"));
    EXPECT_EQ(hubspot_.batches()[0].find(R"("old")"), std::string::npos);
}

TEST_F(daemon_test, next_run_sends_nothing_of_it_again) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    EXPECT_EQ(drained().totals.delivered, 1U);
    const run_result again = drained();
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.totals.delivered, 0U) << "totals are of the run";
    EXPECT_THAT(hubspot_.batches(), SizeIs(1));
}

TEST_F(daemon_test, older_value_than_what_was_delivered_is_kept_out) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"new\"}\n");
    EXPECT_EQ(drained().exit_code, 0);
    put("b.as_of=20200101T000000Z.ndjson", "{\"objectId\":1,\"eventName\":\"old\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 0) << ended.why;
    EXPECT_EQ(ended.totals.superseded, 1U);
    EXPECT_EQ(ended.totals.overtaken, 1U);
    EXPECT_THAT(hubspot_.batches(), SizeIs(1)) << "HubSpot was not asked";
}

// The account is asked for first: that is a request, too.
TEST_F(daemon_test, drain_with_so_many_requests_stops_clean_and_the_next_one_finishes) {
    options_.batch.max_inputs = 1;
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n{\"objectId\":2,\"eventName\":\"x\"}\n"
                    "{\"objectId\":3,\"eventName\":\"x\"}\n");
    const run_result first = drained_with(2, {});
    EXPECT_EQ(first.exit_code, 4);
    EXPECT_THAT(first.why, HasSubstr("--max-requests"));
    EXPECT_EQ(first.totals.delivered, 1U);
    EXPECT_EQ(hubspot_.batches().size() + hubspot_.questions(), 2U);
    EXPECT_EQ(files_in("cur"), 1U);
    const run_result second = drained();
    EXPECT_EQ(second.exit_code, 0) << second.why;
    EXPECT_EQ(second.totals.delivered, 2U);
    EXPECT_EQ(files_in("done"), 1U);
}

// The bulk file came later: what the live one has of the same field is older, and is not sent.
TEST_F(daemon_test, drain_of_one_lane_leaves_the_other_and_the_next_one_goes_by_the_keys) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"older\"}\n");
    put("b.ndjson", "{\"objectId\":1,\"eventName\":\"newer\"}\n", "bulk");
    const run_result bulk = drained_with({}, lane::bulk);
    EXPECT_EQ(bulk.exit_code, 0) << bulk.why;
    EXPECT_EQ(bulk.totals.delivered, 1U);
    EXPECT_EQ(files_in("cur"), 2U) << "files leave in the order of their numbers";
    const run_result both = drained();
    EXPECT_EQ(both.exit_code, 0) << both.why;
    EXPECT_EQ(both.totals.overtaken, 1U);
    EXPECT_EQ(files_in("done"), 2U);
    ASSERT_THAT(hubspot_.batches(), SizeIs(1));
    EXPECT_THAT(hubspot_.batches()[0], HasSubstr("newer"));
}

TEST_F(daemon_test, drain_of_one_lane_sends_its_older_value_first_and_the_newer_one_follows) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"older\"}\n", "bulk");
    put("b.ndjson", "{\"objectId\":1,\"eventName\":\"newer\"}\n");
    EXPECT_EQ(drained_with({}, lane::bulk).exit_code, 0);
    EXPECT_EQ(files_in("cur"), 1U) << "what came first has left";
    EXPECT_EQ(drained().exit_code, 0);
    ASSERT_THAT(hubspot_.batches(), SizeIs(2));
    EXPECT_THAT(hubspot_.batches()[0], HasSubstr("older"));
    EXPECT_THAT(hubspot_.batches()[1], HasSubstr("newer"));
}

TEST_F(daemon_test, bad_record_is_a_dead_letter_and_the_good_one_beside_it_is_delivered) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n{\"eventName\":\"nobody's\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_EQ(ended.totals.delivered, 1U);
    EXPECT_EQ(ended.totals.dead_lettered, 1U);
    EXPECT_THAT(letter_categories(), ::testing::ElementsAre("decode"));
    EXPECT_EQ(files_in("done"), 1U);
}

TEST_F(daemon_test, object_that_hubspot_does_not_have_dies_and_no_other) {
    hubspot_.unknown = {"7"};
    put("a.ndjson", "{\"objectId\":7,\"eventName\":\"x\"}\n{\"objectId\":8,\"eventName\":\"x\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_EQ(ended.totals.delivered, 1U);
    EXPECT_EQ(ended.totals.dead_lettered, 1U);
    EXPECT_THAT(letter_categories(), ::testing::ElementsAre("OBJECT_NOT_FOUND"));
}

TEST_F(daemon_test, file_that_is_no_json_goes_to_rejected_and_is_counted) {
    put("a.csv", "objectId,title\n1,x\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 3);
    EXPECT_EQ(ended.rejected_files, 1U);
    EXPECT_EQ(files_in("rejected"), 1U);
    EXPECT_EQ(files_in("done"), 0U);
}

TEST_F(daemon_test, paused_drain_sends_nothing_and_says_how_it_goes_on) {
    pause();
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 4);
    EXPECT_THAT(ended.why, HasSubstr("hubspool resume"));
    EXPECT_THAT(hubspot_.batches(), IsEmpty());
    EXPECT_EQ(files_in("cur"), 1U);
    // Resumed, the same records go.
    {
        const auto running = opened();
        ASSERT_TRUE(running->store->ask_for(operator_command::resume));
    }
    EXPECT_EQ(drained().totals.delivered, 1U);
}

TEST_F(daemon_test, another_portal_than_the_one_that_is_set_gets_nothing) {
    options_.api.portal_id = "222";
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 4);
    EXPECT_THAT(ended.why, AllOf(HasSubstr("111"), HasSubstr("222")));
    EXPECT_THAT(hubspot_.batches(), IsEmpty());
}

TEST_F(daemon_test, refused_token_ends_the_drain_without_a_batch) {
    hubspot_.account_status = 401;
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 4);
    EXPECT_NE(ended.why, "");
    EXPECT_THAT(hubspot_.batches(), IsEmpty());
    EXPECT_EQ(ended.why.find("pat-na1"), std::string::npos) << "and is not shown";
}

TEST_F(daemon_test, network_that_is_away_keeps_everything_until_the_deadline) {
    options_.api.url = "https://127.0.0.1:1";
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const run_result ended = drained(1s);
    EXPECT_EQ(ended.exit_code, 4);
    EXPECT_EQ(ended.totals.dead_lettered, 0U) << "an outage kills nobody";
    EXPECT_EQ(files_in("cur"), 1U);
}

TEST_F(daemon_test, time_zone_that_does_not_exist_is_told_before_anything_is_changed) {
    options_.rate_limit.time_zone = "Mars/Olympus";
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.why, HasSubstr("Mars/Olympus"));
    EXPECT_EQ(files_in("new"), 1U) << "nothing was claimed";
}

TEST_F(daemon_test, authorities_that_cannot_be_read_are_a_failure_and_no_park) {
    options_.api.ca_file = dir_.file("no-such.pem");
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.why, HasSubstr("no-such.pem"));
}

TEST_F(daemon_test, last_words_are_in_the_status_and_of_this_process) {
    put("a.ndjson", "{\"objectId\":1,\"eventName\":\"x\"}\n");
    EXPECT_EQ(drained().exit_code, 0);
    const auto told = parse_status_json(read_status_file(options_.state.directory).json);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->pid, ::getpid());
    EXPECT_EQ(told->run.delivered, 1U);
    EXPECT_EQ(told->pending.records, 0U);
    EXPECT_EQ(told->in_flight, 0U);
}

TEST_F(daemon_test, books_of_many_files_are_balanced_after_it) {
    std::uint64_t records = 0;
    for (int file = 0; file < 30; ++file) {
        std::string text;
        for (int i = 0; i <= file % 5; ++i, ++records)
            text += "{\"objectId\":" + std::to_string(i + file) + ",\"eventName\":\"" +
                    std::to_string(file) + "\"}\n";
        put(std::to_string(file) + ".ndjson", text, file % 3 == 0 ? "bulk" : "new");
    }
    const run_result ended = drained();
    EXPECT_EQ(ended.exit_code, 0) << ended.why;
    EXPECT_EQ(ended.totals.delivered + ended.totals.superseded, records);
    EXPECT_EQ(files_in("done"), 30U);
    const auto running = opened();
    const auto rows = running->store->load_files(0);
    ASSERT_TRUE(rows);
    for (const file_row& row : *rows) EXPECT_EQ(row.counts.settled(), row.records_in);
}

} // namespace hubspool
