// Records that a replay writes down: as lines, in files of bounded size, in a place of their own.
#include "cli/replay/staged_records.hpp"
#include "cli/replay/staging_place.hpp"
#include "core/records/change_json.hpp"
#include "state/replay/replay_jobs.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Of file 7, which came at 2000; the record is the fifth of it.
decoded_block block_of(const std::string& record) {
    decoded_block block;
    block.file = 7;
    block.order.stamp = block.order.as_of = 2000;
    block.order.number = 7;
    change_decoder decoder({});
    decoder.decode(record, 0, 4, 5, block);
    return block;
}

std::string line_of_record(const std::string& record, bool as_newest = false) {
    const decoded_block block = block_of(record);
    return block.records.empty() ? "none" : line_of(block, block.records[0], as_newest);
}

TEST(staged_line, is_the_record_with_its_order_and_the_id_of_its_producer) {
    EXPECT_EQ(line_of_record(R"({"objectId":"1","eventName":"a"})"),
              R"({"objectId":"1","eventName":"a","customProperties":[],)"
              R"("$hubspool":{"order":"2000.7.4"}})"
              "\n");
    EXPECT_EQ(line_of_record(R"({"objectId":12,"$hubspool":{"id":"x\"\n"},"eventName":"a"})", true),
              R"({"objectId":"12","eventName":"a","customProperties":[],)"
              R"("$hubspool":{"id":"x\"\n","order":"2000.7.4","as_newest":true}})"
              "\n");
}

TEST(staged_line, keeps_the_age_that_the_record_has_of_its_own) {
    EXPECT_THAT(
        line_of_record(
            R"({"objectId":"1","eventName":"a","$hubspool":{"as_of":"1970-01-01T00:00:01Z"}})"),
        HasSubstr(R"("$hubspool":{"order":"1000.7.4"}})"));
    EXPECT_THAT(
        line_of_record(R"({"objectId":"1","eventName":"a","$hubspool":{"order":"500.3.2"}})"),
        HasSubstr(R"("$hubspool":{"order":"500.3.2"}})"));
}

TEST(staged_line, is_read_back_as_the_same_record) {
    const std::string line = line_of_record(
        R"({"objectId":"1","eventName":"ä\u0000\\","customProperties":[{"name":"n","value":1.10}]})");
    const decoded_block again = block_of(line);
    ASSERT_EQ(again.records.size(), 1U);
    EXPECT_EQ(line_of(again, again.records[0], false), line);
    EXPECT_THAT(line, HasSubstr("1.10"));
}

class staged_records_test : public ::testing::Test {
protected:
    staged_records_test() { std::filesystem::create_directory(state_); }

    std::string state() const { return state_; }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(state_))
            found.push_back(entry.path().filename());
        return found;
    }
    std::string content(const std::string& source) const {
        std::ifstream file(state_ + '/' + source);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void add_one(staged_records& to, const std::string& value) {
        const decoded_block block = block_of(R"({"objectId":"1","eventName":")" + value + "\"}");
        ASSERT_TRUE(to.add(block, block.records[0]));
    }

    temp_dir dir_;
    std::string state_ = dir_.file("state");
};

TEST_F(staged_records_test, nothing_added_makes_nothing) {
    staged_records staged(state(), "replay-1", false);
    const auto files = staged.finish();
    ASSERT_TRUE(files);
    EXPECT_THAT(*files, IsEmpty());
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(staged_records_test, file_is_told_with_its_size_and_nobody_else_may_read_it) {
    staged_records staged(state(), "replay-1", false);
    add_one(staged, "a");
    add_one(staged, "b");
    const auto files = staged.finish();
    ASSERT_TRUE(files);
    ASSERT_THAT(*files, SizeIs(1));
    EXPECT_EQ(files->front().source, "replay-1/1.ndjson");
    EXPECT_TRUE(files->front().staged);
    const std::string text = content("replay-1/1.ndjson");
    EXPECT_EQ(files->front().size, text.size());
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_LT(text.find("\"a\""), text.find("\"b\""));
    struct stat look{};
    ASSERT_EQ(::stat((state() + "/replay-1").c_str(), &look), 0);
    EXPECT_EQ(look.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat((state() + "/replay-1/1.ndjson").c_str(), &look), 0);
    EXPECT_EQ(look.st_mode & 0777U, 0600U);
    EXPECT_EQ(files->front().mtime_ns,
              std::int64_t{look.st_mtim.tv_sec} * 1'000'000'000 + look.st_mtim.tv_nsec);
}

TEST_F(staged_records_test, many_records_go_into_files_of_16_mib) {
    staged_records staged(state(), "replay-1", false);
    const std::string large(900'000, 'x');
    for (int i = 0; i < 20; ++i) add_one(staged, large);
    const auto files = staged.finish();
    ASSERT_TRUE(files);
    ASSERT_THAT(*files, SizeIs(2));
    EXPECT_EQ(files->at(1).source, "replay-1/2.ndjson");
    EXPECT_GE(files->at(0).size, 16U << 20);
    EXPECT_LT(files->at(0).size, (16U << 20) + large.size() + 200);
    const std::string rest = content("replay-1/2.ndjson");
    EXPECT_EQ(std::count(rest.begin(), rest.end(), '\n'), 1) << "19 fill the first one";
}

TEST_F(staged_records_test, is_gone_with_the_command_unless_a_job_has_it) {
    {
        staged_records staged(state(), "replay-1", false);
        add_one(staged, "a");
        ASSERT_TRUE(staged.finish());
        EXPECT_THAT(names(), Contains("replay-1"));
    }
    EXPECT_THAT(names(), IsEmpty());
    {
        staged_records staged(state(), "replay-2", false);
        add_one(staged, "a");
        ASSERT_TRUE(staged.finish());
        staged.keep();
    }
    EXPECT_THAT(names(), Contains("replay-2"));
}

TEST_F(staged_records_test, place_that_another_has_is_refused_and_left_alone) {
    std::filesystem::create_directory(state() + "/replay-1");
    {
        staged_records staged(state(), "replay-1", false);
        add_one(staged, "a");
        const auto files = staged.finish();
        ASSERT_FALSE(files);
        EXPECT_THAT(files.error().message,
                    AllOf(HasSubstr("make"), HasSubstr(state() + "/replay-1")));
        EXPECT_EQ(files.error().code, EEXIST);
    }
    EXPECT_THAT(names(), Contains("replay-1"));
}

class staging_place_test : public staged_records_test {
protected:
    staging_place_test() {
        EXPECT_TRUE(state_store::open(state(), state_store::access::read_write));
    }
    void leave(const std::string& name) const {
        std::filesystem::create_directory(state() + '/' + name);
        std::ofstream(state() + '/' + name + "/1.ndjson") << "{}";
    }
};

TEST_F(staging_place_test, is_named_anew_and_what_killed_commands_left_is_removed) {
    leave("replay-123");
    leave("replay-456");
    leave("other");
    const auto place = staging_place::take(state());
    ASSERT_TRUE(place) << place.error().message;
    EXPECT_THAT(place->name(), StartsWith("replay-1"));
    EXPECT_FALSE(std::filesystem::exists(state() + '/' + place->name()));
    EXPECT_THAT(names(), AllOf(Not(Contains("replay-123")), Not(Contains("replay-456")),
                               Contains("other"), Contains("replay.lock"), Contains("state.db")));
}

TEST_F(staging_place_test, what_the_job_under_way_reads_stays) {
    leave("replay-123");
    leave("replay-456");
    const auto add_job = [&](bool staged, const std::string& source) {
        auto jobs = replay_jobs::open(state(), replay_jobs::access::change);
        ASSERT_TRUE(jobs);
        replay_job job;
        job.files = 1;
        ASSERT_TRUE(jobs->add(job, {{source, staged, "", 2, 0}},
                              [](auto, auto) { return std::string("n"); }, {}));
    };
    add_job(true, "replay-456/1.ndjson");
    ASSERT_TRUE(staging_place::take(state()));
    EXPECT_THAT(names(), AllOf(Not(Contains("replay-123")), Contains("replay-456")));
}

TEST_F(staging_place_test, one_command_has_it_at_a_time) {
    {
        const auto first = staging_place::take(state());
        ASSERT_TRUE(first);
        const auto second = staging_place::take(state());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, EBUSY);
        EXPECT_EQ(second.error().message,
                  "another `hubspool replay` is writing its records down just now");
    }
    EXPECT_TRUE(staging_place::take(state())) << "the lock ends with its holder";
}

TEST_F(staging_place_test, removing_takes_the_directory_of_a_job_and_nothing_else) {
    leave("replay-123");
    leave("other");
    remove_staged(state(), "other/1.ndjson");
    remove_staged(state(), "../state/other");
    remove_staged(state(), "");
    remove_staged(state(), "replay-999/1.ndjson");
    EXPECT_THAT(names(), AllOf(Contains("other"), Contains("replay-123"), Contains("state.db")));
    remove_staged(state(), "replay-123/2.ndjson");
    EXPECT_THAT(names(), Not(Contains("replay-123")));
}

} // namespace
} // namespace hubspool
