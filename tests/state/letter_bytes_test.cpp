// What a dead letter's row holds as bytes: back as it was, or refused.
#include "state/letters/dead_letter_rows.hpp"
#include "state/letters/letter_values.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <random>

namespace hubspool {
namespace {

class letter_bytes : public ::testing::TestWithParam<int> {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    // Of any length in bits.
    std::uint64_t any_number() { return random_() >> below(64); }
    std::string any_text() {
        std::string text;
        for (std::uint64_t n = below(20); n > 0; --n) text += static_cast<char>(below(256));
        return text;
    }
    std::vector<dead_letter::value> any_values() {
        std::vector<dead_letter::value> values(below(6));
        for (dead_letter::value& value : values) {
            value.kind = below(2) == 0 ? field_kind::property : field_kind::custom;
            value.name = any_text();
            value.key = {any_number(), any_number(), any_number()};
            value.owner = static_cast<std::uint32_t>(any_number());
        }
        return values;
    }
    std::vector<dead_letter::origin> any_origins() {
        std::vector<dead_letter::origin> records(below(6));
        for (dead_letter::origin& record : records) {
            record = {any_number(), {},           any_number(), any_number(),
                      any_number(), any_number(), any_text()};
            if (below(2) == 0) record.offset = any_number() / 2;
        }
        return records;
    }
    static std::vector<dead_letter::value> decoded(std::string_view coded) {
        std::vector<dead_letter::value> values;
        EXPECT_TRUE(decode_values(coded, values));
        return values;
    }

    static constexpr int rounds = testing::random_rounds(100);
    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(letter_bytes, values_come_back_as_they_were) {
    for (int i = 0; i < rounds; ++i) {
        const auto values = any_values();
        ASSERT_EQ(decoded(encode_values(values)), values);
    }
}

TEST_P(letter_bytes, records_come_back_as_they_were) {
    for (int i = 0; i < rounds; ++i) {
        const auto records = any_origins();
        std::vector<dead_letter::origin> read;
        ASSERT_TRUE(decode_origins(encode_origins(records), read));
        ASSERT_EQ(read.size(), records.size());
        for (std::size_t at = 0; at < read.size(); ++at) {
            EXPECT_EQ(read[at].file, records[at].file);
            EXPECT_EQ(read[at].offset, records[at].offset);
            EXPECT_EQ(read[at].size, records[at].size);
            EXPECT_EQ(read[at].ordinal, records[at].ordinal);
            EXPECT_EQ(read[at].count, records[at].count);
            EXPECT_EQ(read[at].line, records[at].line);
            EXPECT_EQ(read[at].reference, records[at].reference);
        }
    }
}

TEST_P(letter_bytes, any_beginning_of_them_and_any_more_is_damage) {
    for (int i = 0; i < rounds / 4; ++i) {
        const std::string values = encode_values(any_values());
        const std::string records = encode_origins(any_origins());
        for (std::size_t size = 0; size < values.size(); ++size) {
            std::vector<dead_letter::value> read;
            ASSERT_FALSE(decode_values(std::string_view(values).substr(0, size), read)) << size;
        }
        for (std::size_t size = 0; size < records.size(); ++size) {
            std::vector<dead_letter::origin> read;
            ASSERT_FALSE(decode_origins(std::string_view(records).substr(0, size), read)) << size;
        }
        std::vector<dead_letter::value> more_values;
        ASSERT_FALSE(decode_values(values + '\0', more_values));
        std::vector<dead_letter::origin> more_records;
        ASSERT_FALSE(decode_origins(records + '\0', more_records));
    }
}

// A disk may have changed any byte: what is read then is bounded by the bytes that are there.
TEST_P(letter_bytes, changed_byte_reads_as_something_no_larger) {
    for (int i = 0; i < rounds; ++i) {
        std::string values = encode_values(any_values());
        values[below(values.size())] ^= static_cast<char>(1 + below(255));
        std::vector<dead_letter::value> read_values;
        std::size_t bytes = 0;
        if (decode_values(values, read_values)) {
            for (const auto& value : read_values) bytes += 5 + value.name.size();
            ASSERT_LE(bytes, values.size());
        }
        ASSERT_LE(read_values.size(), values.size());
        std::string records = encode_origins(any_origins());
        records[below(records.size())] ^= static_cast<char>(1 + below(255));
        std::vector<dead_letter::origin> read_records;
        bytes = 0;
        if (decode_origins(records, read_records)) {
            for (const auto& record : read_records) bytes += 7 + record.reference.size();
            ASSERT_LE(bytes, records.size());
        }
        ASSERT_LE(read_records.size(), records.size());
    }
}

INSTANTIATE_TEST_SUITE_P(seeds, letter_bytes, ::testing::Range(1, 6));

} // namespace
} // namespace hubspool
