// What batches settle, at random: as it is kept, written, read back and searched, beside plain
// lists.
#include "core/books/batch_outcome.hpp"
#include "support/random_rounds.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace hubspool {
namespace {

// One outcome, and beside it the changes and records that were put into it.
class random_settlement {
public:
    explicit random_settlement(unsigned seed) : random_(seed) {
        for (auto left = random_() % 12; left > 0; --left) add_change();
        for (auto left = random_() % 40; left > 0; --left) add_record();
        std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
            return std::pair(a.file, a.ordinal) < std::pair(b.file, b.ordinal);
        });
        for (const settled_record& record : records) outcome.records.add(record);
    }

    batch_outcome outcome;
    std::vector<settled_change> changes;
    std::vector<settled_record> records;

    order_key top() const {
        order_key most;
        for (const settled_change& change : changes) {
            if (change.fate != fate::delivered && !change.doubt) continue;
            for (const settled_field& field : change.fields) most = std::max(most, field.key);
        }
        return most;
    }

private:
    fate any_fate() { return static_cast<fate>(random_() % 4); }
    std::string any_id() {
        return random_() % 8 == 0 ? fmt::format("id \\\"{}\\\"", random_() % 50)
                                  : std::to_string(random_() % 1'000'000);
    }
    // Mostly of few files, as in a batch; and now and then of anywhere.
    order_key any_key() {
        if (random_() % 10 == 0) return {random_(), random_(), random_()};
        const auto file = 1 + random_() % 3;
        return {1'800'000'000'000 + file * 1000, file, random_() % 200};
    }
    void add_change() {
        settled_change change{any_id(), any_fate(), random_() % 5 == 0, {}};
        const auto fields = random_() % 6;
        outcome.changes.add(change.object_id, change.fate, change.doubt, fields);
        order_key key = any_key();
        for (std::size_t i = 0; i < fields; ++i) {
            if (random_() % 3 == 0) key = any_key();
            const auto kind = random_() % 2 == 0 ? field_kind::property : field_kind::custom;
            // Names below 20 have a number, the others none.
            const auto name = static_cast<std::uint32_t>(random_() % 25);
            const std::string written = fmt::format("name{}", name);
            outcome.changes.add_field(kind, written, name < 20 ? name + 1 : 0, key);
            change.fields.push_back({kind, written, key});
        }
        changes.push_back(std::move(change));
    }
    void add_record() {
        const settled_record record{1 + random_() % 3, random_() % 500, any_fate()};
        const bool known = std::any_of(records.begin(), records.end(), [&](const auto& other) {
            return other.file == record.file && other.ordinal == record.ordinal;
        });
        if (!known) records.push_back(record);
    }

    std::mt19937_64 random_;
};

unsigned stories(unsigned count) {
    return testing::random_rounds(count);
}

TEST(settlement_model, what_was_added_is_there_and_its_top_is_the_largest_learned_key) {
    for (unsigned seed = 0; seed < stories(1000); ++seed) {
        const random_settlement s(seed);
        ASSERT_EQ(s.outcome.changes.all(), s.changes) << seed;
        ASSERT_EQ(s.outcome.changes.size(), s.changes.size());
        ASSERT_EQ(s.outcome.changes.empty(), s.changes.empty());
        ASSERT_EQ(s.outcome.changes.top(), s.top()) << seed;
    }
}

TEST(settlement_model, blob_is_read_back_as_it_was_and_written_again_the_same) {
    for (unsigned seed = 0; seed < stories(1000); ++seed) {
        const random_settlement s(seed);
        const std::string blob = encode_settlement(s.outcome);
        batch_outcome back;
        ASSERT_TRUE(decode_settlement(blob, back.changes, back.records)) << seed;
        ASSERT_EQ(back.changes.all(), s.changes) << seed;
        std::vector<settled_record> records;
        for (const settled_record& record : back.records) records.push_back(record);
        ASSERT_EQ(records, s.records) << seed;
        // Names that had numbers have none any more: the bytes are the same all the same.
        ASSERT_EQ(encode_settlement(back), blob) << seed;
    }
}

TEST(settlement_model, visits_tell_each_change_in_its_order) {
    for (unsigned seed = 0; seed < stories(500); ++seed) {
        const random_settlement s(seed);
        const std::string blob = encode_settlement(s.outcome);
        std::vector<settled_change> seen;
        ASSERT_TRUE(visit_settled_changes(blob, [&](const change_view& view) {
            settled_change change{std::string(view.object_id), view.fate, view.doubt, {}};
            for (const field_view& field : view.fields)
                change.fields.push_back({field.kind, std::string(field.name), field.key});
            seen.push_back(std::move(change));
        }));
        ASSERT_EQ(seen, s.changes) << seed;
    }
}

TEST(settlement_model, search_passes_over_no_blob_that_names_the_object) {
    std::size_t blobs = 0, false_alarms = 0;
    for (unsigned seed = 0; seed < stories(300); ++seed) {
        const random_settlement s(seed);
        const std::string blob = encode_settlement(s.outcome);
        for (const settled_change& change : s.changes)
            ASSERT_TRUE(settlement_search(change.object_id).may_name(blob)) << change.object_id;
        // Of an object that is in none of them.
        ++blobs;
        false_alarms += settlement_search("7000001").may_name(blob) ? 1U : 0U;
    }
    EXPECT_LT(false_alarms * 20, blobs) << "else it would save nothing";
}

// A row that a failing disk gave back otherwise.
TEST(settlement_model, blob_with_a_flipped_bit_is_never_read_as_another_outcome) {
    std::mt19937 random(9);
    for (unsigned seed = 0; seed < stories(1000); ++seed) {
        const random_settlement s(seed);
        const std::string blob = encode_settlement(s.outcome);
        std::string spoilt = blob;
        char& hit = spoilt[random() % spoilt.size()];
        hit = static_cast<char>(static_cast<unsigned char>(hit) ^ (1U << random() % 8));
        settled_changes changes;
        settled_records records;
        ASSERT_FALSE(decode_settlement(spoilt, changes, records)) << seed;
    }
}

} // namespace
} // namespace hubspool
