// The short way of decoding gives what the long one gives, whatever the record.
#include "core/decoded_change.hpp"
#include "core/json_texts.hpp"
#include "core/records/plain_record.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <regex>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

bool is_plain(std::string_view text, decode_options options = {}) {
    record_keys keys;
    plain_record plain(keys, options);
    decoded_block block;
    decoded_record record;
    keys.begin(block);
    const guarded_text alone(text);
    const bool taken = plain.read(alone.view(), block, record);
    EXPECT_EQ(block.arena.text().empty(), !taken) << text;
    return taken;
}

// The same record with an escape in the name of its first objectId, which makes it go the long way.
std::string by_the_long_way(std::string text) {
    const std::size_t at = text.find("objectId");
    if (at != std::string::npos) text.replace(at, 8, "objectI\\u0064");
    return text;
}

// The escape may be in it, and moves what stands behind it.
std::string without_columns(const std::string& reason) {
    static const std::regex column("column [0-9]+"), escape(R"(objectI\\u0064)");
    return std::regex_replace(std::regex_replace(reason, column, "column"), escape, "objectId");
}

void expect_both_ways_agree(const std::string& text, decode_options options) {
    const decoded shorter = decode(text, options);
    const decoded longer = decode(by_the_long_way(text), options);
    EXPECT_EQ(shorter.object_id, longer.object_id) << text;
    EXPECT_EQ(shorter.reference, longer.reference) << text;
    EXPECT_EQ(shorter.fields, longer.fields) << text;
    EXPECT_EQ(without_columns(shorter.reason), without_columns(longer.reason)) << text;
}

std::string property(generator& random) {
    static constexpr const char* attributes[] = {"value",       "value", "name",
                                                 "timestamp",   "unit",  "sourceVid",
                                                 "isEncrypted", "other", "val\\u0075e"};
    static constexpr const char* names[] = {R"("seats")", R"("room")", R"("a")", R"("")", "1"};
    std::string text = member(random, "name", some(random, names));
    for (std::size_t left = random() % 3; left > 0; --left)
        text = random() % 2 == 0
                   ? text + ',' + member(random, some(random, attributes), scalar(random))
                   : member(random, some(random, attributes), scalar(random)) + ',' + text;
    return space(random) + '{' + text + '}' + space(random);
}

std::string properties(generator& random) {
    if (random() % 8 == 0) return scalar(random);
    std::string text;
    for (std::size_t left = random() % 4; left > 0; --left)
        text += (text.empty() ? "" : ",") + property(random);
    return '[' + text + ']';
}

std::string record(generator& random) {
    static constexpr const char* keys[] = {"eventName",
                                           "eventName",
                                           "eventType",
                                           "eventUrl",
                                           "eventCancelled",
                                           "startDateTime",
                                           "endDateTime",
                                           "eventDescription",
                                           "objectId",
                                           "$hubspool",
                                           "other",
                                           "eventNam\\u0065",
                                           "",
                                           "a key of more than sixteen bytes",
                                           "a key of more than Sixteen bytes"};
    static constexpr const char* ids[] = {R"("1")", R"("007")", "12", R"("abc")", "\"\xc3\xa9\""};
    std::string text =
        member(random, "objectId", random() % 8 == 0 ? scalar(random) : some(random, ids));
    for (std::size_t left = random() % 5; left > 0; --left) {
        const std::string next = random() % 3 == 0
                                     ? member(random, "customProperties", properties(random))
                                     : member(random, some(random, keys), scalar(random));
        text = random() % 4 == 0 ? next + ',' + text : text + ',' + next;
    }
    return '{' + text + '}';
}

} // namespace

TEST(plain_record, usual_records_are_plain) {
    for (const char* text :
         {R"({"objectId":"1"})", R"({"objectId":12})", R"( { "objectId": "1" })",
          R"({"eventName":"a","objectId":"007","eventCancelled":false,"endDateTime":null})",
          R"({"objectId":"1","startDateTime":"2026-11-23T22:00:00Z","seats":-12,"x":""})",
          R"({"objectId":"1","a":1.10,"b":-0,"c":1E400,"d":12345678901234567890123 })",
          R"({"objectId":"1","customProperties":[{"name":"a","value":100000.00}]})",
          R"({"objectId":"1","customProperties":null})",
          R"({"objectId":"1","customProperties":[]})",
          R"({"objectId":"1","customProperties":[{"name":"a","value":1}, {"value":"x","name":"b",
              "timestamp":17,"updatedByUserId":1,"other":null}]})"})
        EXPECT_TRUE(is_plain(text)) << text;
}

TEST(plain_record, what_is_not_plain_is_left_alone) {
    for (
        const char* text :
        {"",
         " ",
         "{",
         "}",
         "{}",
         "{}}",
         "[]",
         "1",
         R"("a")",
         R"({"objectId":"1"}{})",
         R"({"objectId":"1")",
         R"({"objectId":"1",})",
         R"({,"objectId":"1"})",
         R"({"objectId":"1" "x":1})",
         R"({"objectId":"a\u0062"})",
         R"({"objectId":"1","objectId":"1"})",
         R"({"objectId":"1 2"})",
         R"({"objectId":-1})",
         R"({"objectId":true})",
         R"({"objectId":1234567890123456789})",
         R"({"objectId":"1000.0"})",
         R"({"objectId":"n/a"})",
         R"({"objectId":1000.0})",
         R"({"objectId":-0})",
         R"({"objectId":"1","x":1.})",
         R"({"objectId":"1","x":01})",
         R"({"objectId":"1","x":1e})",
         R"({"objectId":"1","x":[1]})",
         R"({"objectId":"1","x":{}})",
         R"({"objectId":"1","x":tru})",
         R"({"objectId":"1","x":1"a"})",
         R"({"objectId":"1","x":"a"1})",
         R"({"objectId":"1","x":1 2})",
         R"({"objectId":"1","$hubspool":{"id":"r"}})",
         R"({"objectId":"1","$hubspool":1})",
         R"({"objectId":"1","eventName":1})",
         R"({"objectId":"1","eventCancelled":"true"})",
         R"({"objectId":"1","endDateTime":"tomorrow"})",
         R"({"objectId":"1","customProperties":{}})",
         R"({"objectId":"1","customProperties":[1]})",
         R"({"objectId":"1","customProperties":[{}]})",
         R"({"objectId":"1","customProperties":[{"name":"a"}]})",
         R"({"objectId":"1","customProperties":[{"value":"a"}]})",
         R"({"objectId":"1","customProperties":[{"name":"","value":1}]})",
         R"({"objectId":"1","customProperties":[{"name":"a","value":1})",
         R"({"objectId":"1","customProperties":[{"name":"a","value":1,"value":2}]})",
         R"({"objectId":"1","customProperties":[{"name":"a","value":1,"updatedByUserId":9999999999}]})"})
        EXPECT_FALSE(is_plain(text)) << text;
    EXPECT_FALSE(is_plain(std::string_view("{\"objectId\":\"1\",\"x\":\"\xff\"}")));
    EXPECT_FALSE(is_plain(std::string_view("{\"objectId\":\"1\"}\0", 17)));
}

TEST(plain_record, text_that_breaks_off_anywhere_is_left_by_every_kernel) {
    const std::string whole = "{\"objectId\":\"\xe2\x82\xac\",\"x\":[{\"a\":12}],\"y\":true}";
    for_every_kernel([&] {
        for (std::size_t size = 0; size < whole.size(); ++size)
            EXPECT_FALSE(is_plain(std::string_view(whole).substr(0, size)));
    });
}

TEST(plain_record, unknown_keys_are_left_when_they_are_refused) {
    const decode_options strict{.refuse_unknown_fields = true};
    EXPECT_TRUE(is_plain(R"({"objectId":"1","eventName":"a"})", strict));
    EXPECT_FALSE(is_plain(R"({"objectId":"1","x":1})", strict));
    EXPECT_FALSE(is_plain(
        R"({"objectId":"1","customProperties":[{"name":"a","value":"1","new":1}]})", strict));
}

TEST(plain_record, attributes_beside_the_value_are_left_out_when_they_are_not_wanted) {
    const decode_options options{.name_value_only = true};
    const char* const text =
        R"({"objectId":"1","customProperties":[{"timestamp":1,"value":"x","name":"a","unit":"m"}]})";
    EXPECT_TRUE(is_plain(text, options));
    EXPECT_THAT(decode(text, options).fields, ElementsAre(Pair("$a", R"("value":"x"})")));
    EXPECT_THAT(decode(text).fields,
                ElementsAre(Pair("$a", R"("timestamp":1,"value":"x","unit":"m"})")));
}

TEST(plain_record, both_ways_agree_on_whatever_comes_with_every_kernel) {
    std::size_t plain = 0, records = 0;
    for_every_kernel([&] {
        generator random(1);
        for (int i = 0; i < testing::random_rounds(5'000) && !::testing::Test::HasFailure();
             ++i, ++records) {
            std::string text = record(random);
            if (i % 4 == 0) mutate(random, text);
            const decode_options options{random() % 4 == 0, random() % 4 == 0};
            expect_both_ways_agree(text, options);
            plain += is_plain(text, options) ? 1 : 0;
        }
    });
    EXPECT_GT(plain, records / 12) << "records that are not plain prove nothing";
}

} // namespace hubspool
