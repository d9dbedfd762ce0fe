#include "core/records/change_json.hpp"
#include "core/records/known_keys.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace hubspool {
namespace {

known_keys make() {
    return {field_kind::property, [](std::string_view key) { return type_of(input_fields, key); }};
}

} // namespace

TEST(known_keys, key_is_told_escaped_and_with_its_documented_type) {
    known_keys keys = make();
    EXPECT_EQ(keys.find("eventCancelled").type, value_type::boolean);
    EXPECT_FALSE(keys.find("eventcancelled").type.has_value());
    EXPECT_EQ(keys.find("a\"b").escaped, "a\\\"b");
    EXPECT_EQ(&keys.find(""), &keys.find(""));
    EXPECT_NE(&keys.find("ab"), &keys.find("ba"));
}

TEST(known_keys, keys_beyond_the_limits_are_known_until_the_record_ends) {
    known_keys keys = make();
    const known_key& first = keys.find("first");
    const std::string longest(300, 'k');
    const known_key& passing = keys.find(longest);
    EXPECT_EQ(&keys.find(longest), &passing);
    std::set<const known_key*> different;
    for (int i = 0; i < 10'000; ++i) different.insert(&keys.find(std::to_string(i)));
    EXPECT_EQ(different.size(), 10'000U);
    keys.begin_record();
    EXPECT_EQ(&keys.find("first"), &first);
    EXPECT_EQ(keys.find(longest).raw, longest);
}

TEST(known_keys, blocks_of_one_decoder_have_the_keys_of_their_own_records) {
    change_decoder decoder({});
    decoded_block first, second;
    const std::string most(300, 'k');
    decoder.decode(R"({"objectId":"1","a":1,"b":2})", 0, 0, 1, first);
    decoder.decode(R"({"objectId":"1","b":1,"c":{},"$hubspool":1})", 0, 1, 2, first); // refused
    decoder.decode(R"({"objectId":"1","b":1,")" + most + R"(":2})", 0, 2, 3, first);
    decoder.decode(R"({"objectId":"1","b":1,"customProperties":[{"name":"b","value":2}]})", 0, 0, 1,
                   second);
    ASSERT_EQ(first.records.size(), 2U);
    ASSERT_EQ(first.keys.size(), 3U);
    EXPECT_EQ(first.keys[0].name, "a");
    EXPECT_EQ(first.keys[1].name, "b");
    EXPECT_EQ(first.keys[2].name, most);
    ASSERT_EQ(second.keys.size(), 2U);
    EXPECT_EQ(second.keys[0].kind, field_kind::property);
    EXPECT_EQ(second.keys[1].kind, field_kind::custom);
    EXPECT_EQ(second.keys[1].name, "b");
}

TEST(known_keys, block_counts_names_beyond_the_limits_and_refused_records) {
    change_decoder decoder({});
    decoded_block named, refused;
    std::string record = R"({"objectId":"1")";
    for (int i = 0; i < 100; ++i)
        record += ",\"" + std::to_string(1000 + i) + std::string(300, 'k') + "\":1";
    decoder.decode(record + "}", 0, 0, 1, named);
    ASSERT_EQ(named.records.size(), 1U);
    EXPECT_GE(named.bytes(), record.size());
    EXPECT_LE(named.bytes(), 2 * record.size());
    decoder.decode(record + R"(,"eventName":1})", 0, 0, 1, refused);
    ASSERT_EQ(refused.bad.size(), 1U);
    EXPECT_GE(refused.bytes(), record.size());
}

} // namespace hubspool
