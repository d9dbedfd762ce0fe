#include "cli/cli_fixture.hpp"
#include "cli/verify/delivered_values.hpp"
#include "cli/verify/verified_object.hpp"
#include "cli/verify/verify_selection.hpp"
#include "core/records/record_order.hpp"
#include "spool/queue_names.hpp"

#include <gmock/gmock.h>

#include <map>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr as_of_ms first_stamp = 1'600'000'000'000;

order_key key_in(std::uint64_t file, std::uint64_t ordinal) {
    return {first_stamp + file, file, ordinal};
}

settled_change named(const std::string& id, const order_key& key, const known_value& value = {}) {
    return {id, fate::delivered, false, {{field_kind::property, "eventName", key, value}}};
}

// Four settled files; the third is gone.
class verify_test : public cli_fixture {
protected:
    void SetUp() override {
        make_queue();
        options_.options.queue.directory = queue();
        options_.options.state.directory = state();
        settle(1, "{\"objectId\":\"1\",\"eventName\":\"bad\"}\n{\"objectId\":\"2\",\"eventName\":"
                  "\"two\"}\n");
        // A dead letter that was mended and sent once more, with the key that it had.
        settle(2, "{\"objectId\":\"1\",\"eventName\":\"mended\",\"$hubspool\":{\"order\":\"" +
                      format_order(key_in(1, 0)) + "\"}}\n");
        settle(3, "");
        std::filesystem::remove(path_of(3));
        settle(4, "{\"objectId\":\"4\",\"eventName\":\"four\"}\n");
        batch(7, {{1, 1, fate::delivered}}, {named("2", key_in(1, 1))});
        batch(8, {{2, 0, fate::delivered}}, {named("1", key_in(1, 0))});
        batch(9, {{3, 0, fate::delivered}}, {named("3", key_in(3, 0))});
        batch(10, {{4, 0, fate::delivered}}, {named("4", key_in(4, 0), {99, 5})});
        ASSERT_TRUE(static_cast<bool>(open_state()->commit(unit_)));
    }
    std::string path_of(std::uint64_t number) const {
        return queue() + "/done/2020-09-13/" +
               format_claimed_name({number, first_stamp + number, lane::live, "a.ndjson"});
    }
    void settle(std::uint64_t number, const std::string& content) {
        std::filesystem::create_directories(queue() + "/done/2020-09-13");
        std::ofstream(path_of(number)) << content;
        file_row& row = unit_.files.emplace_back();
        row.number = number;
        row.name = "a.ndjson";
        row.stamp = first_stamp + number;
        row.size = content.size();
        row.settled = wall_time(milliseconds(first_stamp + 1000 * number));
    }
    void batch(std::uint64_t number, settled_records records, settled_changes changes) {
        batch_outcome& sent = unit_.outcomes.emplace_back();
        sent.batch = number;
        sent.records = std::move(records);
        sent.changes = std::move(changes);
        sent.finished = wall_time(milliseconds(first_stamp + number));
    }
    delivered_value value_of(const std::string& id) const {
        const auto gathered = gather_delivered(options_, {id});
        if (!gathered) throw std::runtime_error(gathered.error().message);
        EXPECT_EQ(gathered->size(), 1U);
        return gathered->front().values.at(0);
    }

    command_context options_;
    commit_unit unit_;
};

TEST_F(verify_test, value_is_that_of_the_record_which_was_delivered) {
    const delivered_value two = value_of("2");
    EXPECT_EQ(two.sent.value, "\"two\"");
    EXPECT_EQ(two.batch, 7U);
    EXPECT_EQ(two.file, 1U);
    EXPECT_EQ(two.at, wall_time(milliseconds(first_stamp + 7)));
    const delivered_value mended = value_of("1");
    EXPECT_EQ(mended.sent.value, "\"mended\"");
    EXPECT_EQ(mended.file, 2U);
}

TEST_F(verify_test, value_that_is_not_at_hand_says_why) {
    const delivered_value gone = value_of("3");
    EXPECT_EQ(gone.sent.value, std::nullopt);
    EXPECT_THAT(gone.sent.why_not, HasSubstr("queue.retention"));
    EXPECT_EQ(gone.file, 0U);
    EXPECT_THAT(value_of("4").sent.why_not, HasSubstr("read otherwise")) << "its hash is another";
}

TEST_F(verify_test, object_of_which_nothing_was_acknowledged_has_no_values) {
    const auto gathered = gather_delivered(options_, {"5"});
    ASSERT_TRUE(static_cast<bool>(gathered));
    EXPECT_TRUE(gathered->front().values.empty());
    const ended got = over({"verify", "--object", "5"});
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("nothing of what is chosen was acknowledged"));
}

TEST_F(verify_test, wrong_words_are_refused) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"verify"}, "verify what?"},
        {{"verify", "--object", ""}, "--object: which?"},
        {{"verify", "1"}, "1"},
        {{"verify", "--object", "1", "--max-requests", "0"}, "--max-requests"},
        {{"verify", "--file", ""}, "--file: which?"},
        {{"verify", "--since", "never"}, "--since never"},
        {{"verify", "--sample", "0"}, "--sample"},
        {{"verify", "--seed", "3"}, "--sample"},
        {{"verify", "--objekt", "1"}, "did you mean --object?"}};
    for (const auto& [words, told] : wrong) {
        const ended got = over(words);
        EXPECT_EQ(got.exit_code, 2) << told;
        EXPECT_THAT(got.err, HasSubstr(told));
    }
}

TEST_F(verify_test, file_since_and_sample_choose_objects) {
    verify_arguments arguments;
    const auto chosen = [&] { return *choose_objects(options_, arguments); };
    arguments.files = {"1"};
    EXPECT_THAT(chosen(), ElementsAre("1", "2"));
    arguments.since = wall_time(milliseconds(first_stamp + 10));
    EXPECT_THAT(chosen(), ElementsAre("1", "2", "4"));
    arguments.files.clear();
    EXPECT_THAT(chosen(), ElementsAre("4"));
    arguments.since.reset();
    EXPECT_THAT(chosen(), ElementsAre("1", "2", "3", "4")) << "all that the history knows";
    arguments.sample = 2;
    EXPECT_THAT(chosen(), SizeIs(2));
    EXPECT_EQ(chosen(), chosen());
    arguments.sample = 9;
    EXPECT_THAT(chosen(), SizeIs(4));
    arguments.files = {"3"};
    EXPECT_FALSE(choose_objects(options_, arguments)) << "it is gone";
}

TEST(seeded_sample, each_object_has_the_same_chance) {
    std::map<std::string, int> times;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        seeded_sample sample(2, seed);
        for (int round = 0; round < 2; ++round)
            for (int id = 0; id < 10; ++id)
                for (int more = 0; more <= id; ++more) sample.take(std::to_string(id));
        EXPECT_EQ(sample.ids().size(), 2U);
        for (const std::string& id : sample.ids()) ++times[id];
    }
    for (const auto& [id, count] : times) EXPECT_NEAR(count, 200, 60) << id;
    EXPECT_EQ(times.size(), 10U);
}

delivered_object object_of(const std::string& id, std::uint64_t file) {
    delivered_value value;
    value.sent = {{field_kind::property, "eventName"}, "\"a\"", 0, ""};
    value.file = file;
    value.batch = 3;
    value.at = wall_time(milliseconds(first_stamp));
    return {id, {value}};
}

std::optional<told_event> event_named(const std::string& name) {
    return told_event{"7",
                      {{{field_kind::property, "eventName"}, {value_kind::text, name}}},
                      "2026-11-30T00:00:00Z"};
}

TEST(verified_object, what_differs_is_told_in_words) {
    const verified_object edited = verified(object_of("7", 3), event_named("b"), nullptr);
    EXPECT_EQ(
        verified_text(edited),
        "object 7: differs in 1 of 1 field, changed last at 2026-11-30T00:00:00Z\n"
        "  eventName: delivered \"a\" at 2020-09-13 12:26:40Z (batch 3), HubSpot has \"b\"\n");
    const verified_object gone = verified(object_of("7", 3), std::nullopt, nullptr);
    EXPECT_EQ(gone.match(), object_match::gone);
    EXPECT_THAT(verified_text(gone), AllOf(HasSubstr("object 7: HubSpot has it not"),
                                           HasSubstr("2020-09-13 12:26:40Z")));
    EXPECT_EQ(verified(object_of("7", 3), event_named("a"), nullptr).match(), object_match::same);
}

TEST(verified_object, repair_names_files_and_objects_as_a_shell_takes_them) {
    repair_command repair("/tmp/an account.yaml");
    EXPECT_EQ(repair.text(), "");
    repair.add(verified(object_of("7", 3), event_named("a"), nullptr));
    repair.add(verified(object_of("7", 3), std::nullopt, nullptr));
    repair.add(verified(object_of("7", 0), event_named("b"), nullptr));
    EXPECT_EQ(repair.text(), "") << "nothing of it differs, or can be sent";
    repair.add(verified(object_of("it's", 3), event_named("b"), nullptr));
    repair.add(verified(object_of("8", 12), event_named("b"), nullptr));
    EXPECT_EQ(repair.text(), "hubspool replay 3 12 --object=8 --object='it'\\''s' --execute -c "
                             "'/tmp/an account.yaml'");
    for (int i = 100; i < 150; ++i)
        repair.add(verified(object_of(std::to_string(i), 4), event_named("b"), nullptr));
    EXPECT_THAT(repair.text(), ::testing::StartsWith("hubspool replay 3 4 12 --execute"));
}

} // namespace
} // namespace hubspool
