// What a record says of its order: "$hubspool".order, and the key that it has by it.
#include "core/records/change_json.hpp"
#include "core/records/record_order.hpp"
#include "decoded_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hubspool {
namespace {

constexpr file_order later_file{5000, 5000, 9};

decoded_block decoded_with(const std::string& envelope, const file_order& of_file) {
    change_decoder decoder({});
    decoded_block block;
    block.file = of_file.number;
    block.order = of_file;
    for (std::uint64_t ordinal = 0; ordinal < 3; ++ordinal) {
        const std::string record =
            with(ordinal == 1 ? R"("$hubspool":)" + envelope : R"("eventName":"a")");
        decoder.decode(record, ordinal * 100, ordinal, ordinal + 1, block);
    }
    return block;
}

// Of a record with this envelope, the second one of a file.
order_key key_with(const std::string& envelope, const file_order& of_file = later_file) {
    const decoded_block block = decoded_with(envelope, of_file);
    EXPECT_TRUE(block.bad.empty()) << block.bad[0].reason;
    // Its neighbours have their own.
    EXPECT_EQ(block.key_of(block.records[0]), (order_key{of_file.as_of, of_file.number, 0}));
    EXPECT_EQ(block.key_of(block.records[2]), (order_key{of_file.as_of, of_file.number, 2}));
    return block.key_of(block.records[1]);
}

TEST(record_order, formatted_is_read_again) {
    for (const order_key key : {order_key{0, 1, 0}, order_key{1'796'000'400'000, 12, 34},
                                order_key{9'999'999'999'999, INT64_MAX - 1, INT64_MAX - 1}})
        EXPECT_EQ(order_of_text(format_order(key)), key);
    EXPECT_EQ(format_order({1'796'000'400'000, 12, 34}), "1796000400000.12.34");
}

TEST(record_order, text_that_is_none) {
    for (const char* const text : {"",
                                   ".",
                                   "..",
                                   "1.2",
                                   "1.2.",
                                   ".2.3",
                                   "1..3",
                                   "1.2.3.",
                                   "1.2.3.4",
                                   "1.9223372036854775807.0",
                                   " 1.2.3",
                                   "1.2.3 ",
                                   "-1.2.3",
                                   "+1.2.3",
                                   "1.-2.3",
                                   "0x1.2.3",
                                   "1.0.3",
                                   "10000000000000.2.3",
                                   "1.9223372036854775808.3",
                                   "1.2.9223372036854775808",
                                   "1.2.99999999999999999999999"})
        EXPECT_FALSE(order_of_text(text)) << text;
}

TEST(record_order, is_the_key_of_the_record) {
    EXPECT_EQ(key_with(R"({"order":"3000.4.7"})"), (order_key{3000, 4, 7}));
    // Whatever the file's name says.
    EXPECT_EQ(key_with(R"({"order":"3000.4.7"})", {5000, 1000, 9}), (order_key{3000, 4, 7}));
}

TEST(record_order, above_its_file_counts_as_that) {
    for (const char* const order : {"5000.9.2", "5000.10.0", "6000.1.0", "9999999999999.99.99"})
        EXPECT_EQ(key_with(R"({"order":")" + std::string(order) + "\"}"), (order_key{5000, 9, 1}))
            << order;
    EXPECT_EQ(key_with(R"({"order":"5000.9.1"})"), (order_key{5000, 9, 1}));
    EXPECT_EQ(key_with(R"({"order":"5000.8.100"})"), (order_key{5000, 8, 100}));
}

TEST(record_order, above_its_file_is_told) {
    const decoded_block block = decoded_with(R"({"order":"6000.4.7"})", later_file);
    EXPECT_EQ(block.as_of_above(later_file.stamp), 1U);
    EXPECT_EQ(block.as_of_above(6000), 0U);
}

TEST(record_order, of_it_and_an_as_of_the_older_one_counts) {
    EXPECT_EQ(key_with(R"({"order":"1796000400000.4.7","as_of":"2026-11-30T00:59:59Z"})",
                       {1'796'000'500'000, 1'796'000'500'000, 9}),
              (order_key{1'796'000'399'000, 4, 7}));
    EXPECT_EQ(key_with(R"({"as_of":"2026-11-30T01:00:01Z","order":"1796000400000.4.7"})",
                       {1'796'000'500'000, 1'796'000'500'000, 9}),
              (order_key{1'796'000'400'000, 4, 7}));
}

TEST(record_order, as_newest_has_the_key_of_its_file) {
    EXPECT_EQ(key_with(R"({"order":"3000.4.7","as_newest":true})"), (order_key{5000, 9, 1}));
    EXPECT_EQ(key_with(R"({"order":"3000.4.7","as_newest":false})"), (order_key{3000, 4, 7}));
    // Also where the file's name says that it is old.
    const decoded_block block =
        decoded_with(R"({"order":"3000.4.7","as_newest":true})", {5000, 1000, 9});
    EXPECT_EQ(block.key_of(block.records[1]), (order_key{5000, 9, 1}));
}

TEST(record_order, keeps_the_history_from_being_trimmed_past_it) {
    EXPECT_EQ(decoded_with(R"({"order":"3000.4.7"})", later_file).oldest(), 3000U);
    EXPECT_EQ(decoded_with(R"({"id":"r"})", later_file).oldest(), 5000U);
}

TEST(record_order, that_cannot_be_read_is_a_dead_letter_with_its_reference) {
    for (const char* const order : {"null", "1.2", "\"\"", "\"1.2\"", "\"newest\"", "[]", "{}"}) {
        const decoded d =
            decode(with(R"("$hubspool":{"order":)" + std::string(order) + R"(,"id":"r"})"));
        EXPECT_THAT(d.reason, ::testing::StartsWith("$hubspool.order is no order key: ")) << order;
        EXPECT_EQ(d.reference, "r") << order;
    }
    EXPECT_THAT(decode(with(R"("$hubspool":{"order":"1.2.3","as_newest":1})")).reason,
                ::testing::StartsWith("$hubspool.as_newest is neither true nor false: 1"));
}

} // namespace
} // namespace hubspool
