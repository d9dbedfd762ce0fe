#include "core/dispatch/outcome_writer.hpp"
#include "core/pending/block_merge.hpp"
#include "core/pending/pending_set.hpp"
#include "record_block.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::record_block;

class outcome_writer_test : public ::testing::Test {
protected:
    // Two records of one object; the second has a newer value of everything.
    outcome_writer_test() {
        record_block block(3);
        block.record("42", {{"eventName", "1"}}).record("42", {{"eventName", "2"}}, "ref");
        block_merge merge(pending, block.block());
        bool is_new = false;
        merge.add(0, {}, is_new);
        index = merge.add(1, {}, is_new);
        outcome.batch = 7;
    }
    fate fate_of(std::uint64_t ordinal) const {
        for (const settled_record& r : outcome.records)
            if (r.ordinal == ordinal) return r.fate;
        ADD_FAILURE() << "no fate of " << ordinal;
        return {};
    }

    pending_set pending{1000};
    object_index index = 0;
    batch_outcome outcome;
    outcome_writer writer;
};

TEST_F(outcome_writer_test, record_all_of_whose_values_are_newer_elsewhere_was_superseded) {
    writer.delivered(pending.at(index), outcome);
    EXPECT_EQ(outcome.delivered, 1U);
    EXPECT_EQ(fate_of(0), fate::superseded);
    EXPECT_EQ(fate_of(1), fate::delivered);
}

TEST_F(outcome_writer_test, dead_change_takes_all_its_records_into_one_letter) {
    writer.dead(pending.at(index), "VALIDATION_ERROR", "no city", outcome);
    EXPECT_EQ(outcome.dead_lettered, 1U);
    EXPECT_EQ(fate_of(0), fate::dead);
    EXPECT_EQ(fate_of(1), fate::dead);
    ASSERT_EQ(outcome.dead_letters.size(), 1U);
    const dead_letter& letter = outcome.dead_letters[0];
    EXPECT_EQ(letter.category, "VALIDATION_ERROR");
    EXPECT_EQ(letter.reason, "no city");
    EXPECT_EQ(letter.batch, 7U);
    EXPECT_EQ(letter.at.file, 3U);
    EXPECT_THAT(letter.content, HasSubstr(R"("eventName":2)"));
    ASSERT_EQ(letter.records.size(), 2U);
    EXPECT_EQ(letter.records[1].reference, "ref");
}

TEST_F(outcome_writer_test, death_without_a_reason_has_one_of_ours) {
    writer.dead(pending.at(index), "", "?", outcome);
    EXPECT_EQ(outcome.dead_letters[0].category, "unattributed");
}

TEST_F(outcome_writer_test, rows_keep_the_key_of_each_field) {
    record_block late(5);
    late.order({900, 900, 5}).record("42", {{"eventUrl", "3"}}).as_of(100);
    block_merge merge(pending, late.block());
    bool is_new = false;
    merge.add(0, {}, is_new);
    writer.delivered(pending.at(index), outcome);
    const std::vector<settled_change> changes = outcome.changes.all();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_FALSE(changes[0].doubt);
    EXPECT_THAT(changes[0].fields,
                ElementsAre(settled_field{field_kind::property, "eventName", {0, 3, 1}},
                            settled_field{field_kind::property, "eventUrl", {100, 5, 0}}));
}

TEST_F(outcome_writer_test, death_of_what_the_run_before_may_have_sent_leaves_a_doubt) {
    pending.at(index).head().of_before = true;
    writer.dead(pending.at(index), "", "?", outcome);
    EXPECT_TRUE(outcome.changes.all()[0].doubt);
}

// Scenario 49: by these it can be sent once more without becoming newer.
TEST_F(outcome_writer_test, scenario_49_dead_change_keeps_the_key_and_the_owner_of_each_value) {
    record_block late(5);
    late.order({900, 900, 5}).record("42", {{"eventUrl", "3"}, {"$city", "4"}}).as_of(100);
    block_merge merge(pending, late.block());
    bool is_new = false;
    merge.add(0, {}, is_new);
    pending.at(index).head().note_overtaken(0); // it has no place in the letter
    writer.dead(pending.at(index), "VALIDATION_ERROR", "no city", outcome);
    ASSERT_EQ(outcome.dead_letters.size(), 1U);
    EXPECT_THAT(outcome.dead_letters[0].values,
                ::testing::UnorderedElementsAre(
                    dead_letter::value{field_kind::property, "eventName", {0, 3, 1}, 0},
                    dead_letter::value{field_kind::property, "eventUrl", {100, 5, 0}, 1},
                    dead_letter::value{field_kind::custom, "city", {100, 5, 0}, 1}));
    EXPECT_TRUE(outcome.retries.empty());
}

TEST_F(outcome_writer_test, record_that_was_another_one_first_is_told_with_its_fate) {
    record_block again(5);
    again.order({900, 900, 5}).record("42", {{"eventUrl", "3"}}).carries({100, 2, 8});
    again.record("42", {{"eventType", "4"}}).carries({100, 2, 9}, true);
    again.record("42", {{"eventType", "5"}});
    block_merge merge(pending, again.block());
    bool is_new = false;
    for (std::size_t i = 0; i < 3; ++i) merge.add(i, {}, is_new);
    writer.delivered(pending.at(index), outcome);
    ASSERT_EQ(outcome.retries.size(), 2U);
    EXPECT_EQ(outcome.retries[0].first, (record_name{2, 8}));
    EXPECT_EQ(outcome.retries[0].ordinal, 0U);
    EXPECT_EQ(outcome.retries[0].fate, fate::delivered);
    EXPECT_EQ(outcome.retries[1].first, (record_name{2, 9}));
    EXPECT_EQ(outcome.retries[1].file, 5U);
    EXPECT_EQ(outcome.retries[1].fate, fate::superseded);
}

// Scenario 51.
TEST_F(outcome_writer_test, scenario_51_record_that_was_overtaken_does_not_die_with_its_change) {
    pending.at(index).head().note_overtaken(0);
    writer.dead(pending.at(index), "VALIDATION_ERROR", "no city", outcome);
    EXPECT_EQ(fate_of(0), fate::overtaken);
    EXPECT_EQ(fate_of(1), fate::dead);
    ASSERT_EQ(outcome.dead_letters[0].records.size(), 1U);
    EXPECT_EQ(outcome.dead_letters[0].records[0].ordinal, 1U);
}

TEST_F(outcome_writer_test, record_that_was_overtaken_is_told_apart_from_one_that_was_merged_away) {
    pending.at(index).head().note_overtaken(0);
    writer.delivered(pending.at(index), outcome);
    EXPECT_EQ(fate_of(0), fate::overtaken);
    EXPECT_EQ(fate_of(1), fate::delivered);
}

} // namespace
} // namespace hubspool
