// Dead letters that are sent once more: struck by what became of their lines.
#include "core/words/named_as_of.hpp"
#include "state/letters/letter_values.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

constexpr order_key older_key{1000, 3, 0}, newer_key{2000, 5, 7};

// Of two records, which are of two keys.
dead_letter merged_letter() {
    dead_letter letter = make_letter(5, 700, 7);
    letter.records = {{3, {}, 0, 0, 1, 1, ""}, {5, 700, 0, 7, 1, 8, ""}};
    letter.values = {{field_kind::property, "eventName", newer_key, 1},
                     {field_kind::property, "eventUrl", older_key, 0},
                     {field_kind::custom, "colour", newer_key, 1}};
    return letter;
}

struct letter_lines_test : ::testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    std::unique_ptr<state_store> store = opened(where);

    void SetUp() override {
        ASSERT_TRUE(works(store->begin_run(1, "state-a")));
        ASSERT_TRUE(works(store->commit(unit_of_letters({merged_letter()}))));
    }
    // The record `ordinal` of file 9, which was this one first, got a fate in this batch.
    void settle(const order_key& first, std::uint64_t ordinal, fate of, std::uint64_t batch,
                const std::vector<dead_letter>& letters = {}) {
        batch_outcome outcome = make_outcome(batch, 9, ordinal, ordinal + 1, of);
        outcome.retries = {{{first.number, first.ordinal}, 9, ordinal, of}};
        outcome.dead_letters = letters;
        ASSERT_TRUE(works(store->commit({.outcomes = {outcome}})));
    }
    letter_sums sums() { return value_of(store->load_books(0)).letters; }
    dead_letter_box box() {
        auto made = dead_letter_box::open(where, dead_letter_box::access::change);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }
    kept_dead_letter kept(std::uint64_t row) {
        auto found = value_of(box().load(row));
        EXPECT_TRUE(found.has_value()) << row;
        return found ? *found : kept_dead_letter{};
    }
};

TEST_F(letter_lines_test, letter_keeps_the_key_of_each_value) {
    EXPECT_EQ(kept(1).letter.values, merged_letter().values);
    EXPECT_THAT(
        content_of(directory.file("dead-letters.ndjson")),
        ::testing::HasSubstr(
            R"("values":[{"field":"eventName","custom":false,"order":"2000.5.7","record":1})"));
}

TEST_F(letter_lines_test, it_is_struck_when_each_line_is_delivered_or_superseded) {
    settle(older_key, 0, fate::delivered, 20);
    EXPECT_EQ(sums(), (letter_sums{.open = 1}));
    EXPECT_TRUE(kept(1).is_open());
    settle(newer_key, 1, fate::superseded, 21);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1}));
    EXPECT_EQ(kept(1).struck, at_ms(21001));
    EXPECT_EQ(kept(1).struck_batch, 21U);
    EXPECT_EQ(kept(1).again, std::nullopt);
}

TEST_F(letter_lines_test, line_that_lost_to_what_was_delivered_counts_as_superseded) {
    settle(older_key, 0, fate::overtaken, 0);
    settle(newer_key, 1, fate::overtaken, 0);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1}));
}

TEST_F(letter_lines_test, second_retry_changes_nothing) {
    settle(older_key, 0, fate::delivered, 20);
    settle(older_key, 1, fate::superseded, 21);
    EXPECT_EQ(sums(), (letter_sums{.open = 1}));
    settle(newer_key, 2, fate::delivered, 22);
    settle(newer_key, 3, fate::superseded, 23);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1}));
    EXPECT_EQ(kept(1).struck_batch, 22U);
}

// One letter stands for what is still to be dealt with.
TEST_F(letter_lines_test, line_that_dies_again_is_another_letter_and_not_two) {
    dead_letter again = make_letter(9, 100, 1);
    again.values = {{field_kind::property, "eventName", newer_key, 0}};
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::dead, 21, {again});
    EXPECT_EQ(sums(), (letter_sums{.open = 1, .died_again = 1}));
    EXPECT_EQ(kept(1).again, (arrival{9, 100}));
    EXPECT_TRUE(kept(2).is_open());
    // The first one's key goes on: it is delivered at last.
    settle(newer_key, 2, fate::delivered, 22);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1, .died_again = 1}));
}

TEST_F(letter_lines_test, letter_of_the_same_commit_is_struck_by_a_later_outcome) {
    dead_letter again = make_letter(9, 100, 1);
    again.values = {{field_kind::property, "eventName", newer_key, 0}};
    batch_outcome dies = make_outcome(21, 9, 1, 2, fate::dead);
    dies.retries = {{{newer_key.number, newer_key.ordinal}, 9, 1, fate::dead}};
    dies.dead_letters = {again};
    batch_outcome arrives = make_outcome(22, 10, 0, 1, fate::delivered);
    arrives.retries = {{{newer_key.number, newer_key.ordinal}, 10, 0, fate::delivered}};
    ASSERT_TRUE(works(store->commit({.outcomes = {dies, arrives}})));
    EXPECT_FALSE(kept(2).is_open());
    EXPECT_TRUE(kept(1).is_open()); // its older_key line is open
}

TEST_F(letter_lines_test, dropped_letter_is_not_struck) {
    EXPECT_EQ(value_of(box().drop({1}, at_ms(9000))).letters, 1U);
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::delivered, 21);
    EXPECT_EQ(sums(), (letter_sums{.dropped = 1}));
}

TEST_F(letter_lines_test, struck_letter_is_not_dropped_held_or_retried) {
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::delivered, 21);
    EXPECT_EQ(value_of(box().drop({1}, at_ms(9000))).letters, 0U);
    EXPECT_EQ(value_of(box().hold({1}, at_ms(9000))), 0U);
    EXPECT_EQ(value_of(box().note_retried({1}, "x", at_ms(9000))), 0U);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1}));
}

TEST_F(letter_lines_test, held_and_retried_ones_are_told) {
    EXPECT_EQ(value_of(box().hold({1, 77}, at_ms(9000))), 1U);
    EXPECT_EQ(value_of(box().hold({1}, at_ms(9500))), 0U);
    EXPECT_EQ(kept(1).held, at_ms(9000));
    EXPECT_EQ(sums(), (letter_sums{.open = 1, .held = 1}));
    EXPECT_EQ(value_of(box().hold({1}, std::nullopt)), 1U);
    EXPECT_EQ(value_of(box().hold({1}, std::nullopt)), 0U);
    EXPECT_EQ(value_of(box().note_retried({1}, "a.ndjson", at_ms(9600))), 1U);
    EXPECT_EQ(sums(), (letter_sums{.open = 1, .retried = 1}));
    EXPECT_EQ(kept(1).retry_name, "a.ndjson");
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::delivered, 21);
    EXPECT_EQ(sums(), (letter_sums{.struck = 1}));
}

TEST_F(letter_lines_test, of_another_queue_are_struck_by_none_of_this_one) {
    ASSERT_TRUE(works(store->begin_run(2, "state-b")));
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::delivered, 21);
    EXPECT_EQ(sums(), (letter_sums{.open = 1}));
}

TEST_F(letter_lines_test, struck_letter_goes_with_the_history) {
    settle(older_key, 0, fate::delivered, 20);
    settle(newer_key, 1, fate::delivered, 21);
    history_bounds bounds;
    bounds.before = at_ms(100'000);
    bounds.lowest_cur = 5;
    ASSERT_TRUE(works(store->trim(bounds)));
    EXPECT_EQ(sums().struck, 1U); // its file may be read again
    bounds.lowest_cur = 6;
    ASSERT_TRUE(works(store->trim(bounds)));
    EXPECT_EQ(sums(), letter_sums{});
}

TEST(letter_values, cut_or_extended_are_told_as_damaged) {
    const std::string coded = encode_values(merged_letter().values);
    std::vector<dead_letter::value> values;
    ASSERT_TRUE(decode_values(coded, values));
    EXPECT_EQ(values, merged_letter().values);
    for (std::size_t size = 0; size < coded.size(); ++size) {
        values.clear();
        EXPECT_FALSE(decode_values(std::string_view(coded).substr(0, size), values)) << size;
    }
    EXPECT_FALSE(decode_values(coded + "x", values));
}

} // namespace
} // namespace hubspool
