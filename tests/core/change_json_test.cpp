#include "core/decoded_change.hpp"
#include "core/json/json_fault.hpp"
#include "core/records/change_json.hpp"
#include "core/records/decoded_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

} // namespace

TEST(change_json, record_without_fields_is_valid) {
    const decoded d = decode(R"({"objectId":"1"})");
    EXPECT_EQ(d.object_id, "1");
    EXPECT_TRUE(d.fields.empty());
    EXPECT_EQ(d.reason, "");
}

TEST(change_json, all_documented_fields_are_taken) {
    const decoded d = decode(with(R"("eventName":"a","eventType":"b","eventOrganizer":"c",
        "eventDescription":"d","eventUrl":"e","eventCancelled":false,
        "startDateTime":"2026-11-23T22:00:00Z","endDateTime":"2026-11-24T22:00:00+01:00")"));
    EXPECT_EQ(d.reason, "");
    EXPECT_EQ(d.fields.size(), 8U);
    EXPECT_EQ(d.fields.at("eventCancelled"), "false");
    EXPECT_EQ(d.fields.at("startDateTime"), R"("2026-11-23T22:00:00Z")");
}

TEST(change_json, decoder_appends_record_after_record) {
    change_decoder decoder({});
    decoded_block block;
    decoder.decode(R"({"objectId":"7","eventName":"a"})", 10, 3, 4, block);
    decoder.decode("nonsense", 50, 4, 5, block);
    decoder.decode(R"({"objectId":"8","eventName":"b","$hubspool":{"id":"r"}})", 60, 5, 6, block);
    ASSERT_EQ(block.records.size(), 2U);
    ASSERT_EQ(block.bad.size(), 1U);
    EXPECT_EQ(block.text(block.records[0].object_id), "7");
    EXPECT_EQ(block.records[0].offset, 10U);
    EXPECT_EQ(block.records[0].ordinal, 3U);
    EXPECT_EQ(block.records[0].line, 4U);
    EXPECT_EQ(block.text(block.records[1].object_id), "8");
    EXPECT_EQ(block.text(block.records[1].reference), "r");
    EXPECT_EQ(block.bad[0].offset, 50U);
    EXPECT_EQ(block.bad[0].ordinal, 4U);
    EXPECT_EQ(block.bad[0].line, 5U);
    EXPECT_EQ(block.bad[0].size, 8U);
    EXPECT_EQ(block.bad[0].count, 1U);
    EXPECT_EQ(block.bad[0].content, "nonsense");
}

TEST(change_json, scenario_20_ids_with_leading_zeros_are_one_object) {
    for (const char* id : {R"("00123")", R"("123")", "123", R"("\u0030123")"})
        EXPECT_EQ(decode(R"({"objectId":)" + std::string(id) + "}").object_id, "123") << id;
    EXPECT_EQ(decode(R"({"objectId":"000"})").object_id, "0");
    EXPECT_EQ(decode(R"({"objectId":0})").object_id, "0");
    EXPECT_EQ(decode(R"({"objectId":18446744073709551615})").object_id, "18446744073709551615");
    EXPECT_EQ(decode(R"({"objectId":"abc\u00e9\"x"})").object_id, "abc\xc3\xa9\"x");
}

TEST(change_json, object_id_of_another_kind_is_refused) {
    for (const char* id :
         {"-1", "-1.0", "-0", "-0.0", "true", "null", "[1]", "{}", "1.5", "1e-3", "1E400"})
        EXPECT_EQ(decode(R"({"objectId":)" + std::string(id) + "}").reason,
                  "objectId is neither a string nor an integer from 0 on: " + std::string(id));
    EXPECT_EQ(decode(R"({"a":-0,"b":{"objectId":-0},"objectId":0,"c":-1})").object_id, "0");
    EXPECT_EQ(decode(R"({"eventName":"x"})").reason, "objectId is missing");
    EXPECT_THAT(decode(R"({"objectId":""})").reason, HasSubstr("objectId is empty"));
    for (const char* id : {" 1", "1 ", "1 2", "\\n", "1\\u0000", "1\\u00a0", "\\u3000"})
        EXPECT_THAT(decode(R"({"objectId":")" + std::string(id) + "\"}").reason,
                    HasSubstr("white space"))
            << id;
}

TEST(change_json, number_with_the_value_of_an_integer_is_an_id) {
    const std::map<std::string, std::string> ids{
        {"1000.0", "1000"},
        {"1e3", "1000"},
        {"1.0E+3", "1000"},
        {"0.0", "0"},
        {"25e-1000", ""},
        {"2500e-2", "25"},
        {"18446744073709551616", "18446744073709551616"},
        {"12345678901234567890123", "12345678901234567890123"},
        {"12345678901234567890123.000", "12345678901234567890123"},
    };
    for (const auto& [number, id] : ids)
        EXPECT_EQ(decode(R"({"objectId":)" + number + "}").object_id, id) << number;
}

TEST(change_json, text_that_can_be_no_id_is_refused_with_the_reason) {
    EXPECT_EQ(decode(R"({"objectId":"1000.0"})").reason,
              "objectId can be no id: \"1000.0\" is a number that was rewritten on its way, by a "
              "spreadsheet or a data frame: export the column as text or as integers");
    EXPECT_EQ(decode(R"({"objectId":"None"})").reason,
              "objectId can be no id: \"None\" stands for no value");
    EXPECT_THAT(decode(R"({"objectId":"a\ud800"})").reason, HasSubstr("U+FFFD"));
}

TEST(change_json, key_that_was_meant_to_be_object_id_is_named) {
    for (const char* key : {"OBJECTID", "object_id", "ObjectId", "objectID", "objctId", "id"})
        EXPECT_EQ(decode("{\"a\":1,\"" + std::string(key) + "\":\"1\"}").reason,
                  "objectId is missing; " + std::string(key) + " stands there");
    for (const char* key : {"eventName", "object", "idea", "x"})
        EXPECT_EQ(decode("{\"" + std::string(key) + "\":\"1\"}").reason, "objectId is missing")
            << key;
}

TEST(change_json, two_object_ids_in_one_record_are_refused) {
    for (const char* text :
         {R"({"objectId":"1","objectId":"2"})", R"({"objectId":"1","objectId":"1"})",
          R"({"objectId":"1","objectI\u0064":"1"})"})
        EXPECT_THAT(decode(text).reason, HasSubstr("objectId stands twice"));
}

TEST(change_json, last_of_equal_keys_wins) {
    EXPECT_THAT(decode(with(R"("eventName":"a","x":1,"eventName":"b","x":2)")).fields,
                ElementsAre(Pair("eventName", R"("b")"), Pair("x", "2")));
    // Also over a first one that is not valid, and however many keys there are.
    std::string many = R"("eventCancelled":"no")";
    for (int i = 0; i < 100; ++i)
        many += ",\"k" + std::to_string(i % 40) + "\":" + std::to_string(i);
    const decoded d = decode(with(many + R"(,"eventCancelled":true)"));
    EXPECT_EQ(d.reason, "");
    EXPECT_EQ(d.fields.size(), 41U);
    EXPECT_EQ(d.fields.at("k19"), "99");
    EXPECT_EQ(d.fields.at("k20"), "60");
    EXPECT_EQ(d.fields.at("eventCancelled"), "true");
    EXPECT_THAT(
        decode(with(R"("customProperties":[{"name":"a","value":"1"}],"customProperties":[])"))
            .fields,
        ElementsAre());
}

TEST(change_json, null_is_a_value_for_every_field) {
    const decoded d = decode(with(
        R"("eventName":null,"eventCancelled":null,"startDateTime":null,"x":null,
           "customProperties":[{"name":"a","value":null,"timestamp":null,"sourceVid":null}])"));
    EXPECT_EQ(d.reason, "");
    EXPECT_EQ(d.fields.at("eventName"), "null");
    EXPECT_EQ(d.fields.at("startDateTime"), "null");
    EXPECT_EQ(d.fields.at("x"), "null");
    EXPECT_EQ(d.fields.at("$a"), R"("value":null,"timestamp":null,"sourceVid":null})");
    EXPECT_TRUE(decode(with(R"("customProperties":null)")).fields.empty());
}

TEST(change_json, known_fields_of_the_wrong_type_are_refused) {
    for (const char* field :
         {"eventName", "eventType", "eventOrganizer", "eventDescription", "eventUrl"})
        for (const char* value : {"1", "true", "{}", "[]"})
            EXPECT_EQ(decode(with("\"" + std::string(field) + "\":" + value)).reason,
                      std::string(field) + " is not a string: " + value);
    EXPECT_EQ(decode(with(R"("eventCancelled":"true")")).reason,
              R"(eventCancelled is not true or false: "true")");
    EXPECT_EQ(decode(with(R"("startDateTime":"tomorrow")")).reason,
              R"(startDateTime is not a date-time: "tomorrow"; write it as 2026-11-23T22:00:00Z)");
    EXPECT_THAT(decode(with(R"("endDateTime":1764000000)")).reason,
                HasSubstr("endDateTime is not a date-time: 1764000000"));
    EXPECT_THAT(decode(with(R"("endDateTime":"2026-02-30T00:00:00Z")")).reason,
                HasSubstr("endDateTime"));
}

TEST(change_json, long_values_are_cut_in_reasons_at_whole_characters) {
    std::string long_text;
    for (int i = 0; i < 200; ++i) long_text += "\xe2\x82\xac";
    const std::string reason = decode(with("\"startDateTime\":\"" + long_text + "\"")).reason;
    EXPECT_LT(reason.size(), 200U);
    EXPECT_THAT(reason, HasSubstr("\xe2\x82\xac..."));
}

TEST(change_json, unknown_fields_are_passed_on_or_refused_as_set) {
    const std::string text = with(R"("eventCompleted": false, "new" : { "a" : [ 1, {} , [] ] })");
    EXPECT_THAT(decode(text).fields,
                ElementsAre(Pair("eventCompleted", "false"), Pair("new", R"({"a":[1,{},[]]})")));
    const decode_options strict{.refuse_unknown_fields = true};
    EXPECT_THAT(decode(text, strict).reason, HasSubstr("\"eventCompleted\" is unknown,"));
    EXPECT_THAT(decode(R"({"objectId":"1","eventNam":"x"})", strict).reason,
                HasSubstr("\"eventNam\" is unknown (did you mean eventName?)"));
    EXPECT_THAT(
        decode(with(R"("customProperties":[{"name":"a","value":"1","new":1}])"), strict).reason,
        HasSubstr("customProperties[0] has the unknown attribute \"new\""));
    EXPECT_EQ(decode(with(R"("eventName":"a")"), strict).reason, "");
}

TEST(change_json, scenario_63_numbers_stay_as_they_came_wherever_they_stand) {
    for (const std::string number :
         {"9223372036854775807", "-9223372036854775809", "18446744073709551616", "1.10", "1.0",
          "100000.00", "0.00001", "1e300", "1E400", "-1E-400", "5e-324", "1e+05", "-0", "-0.0",
          "123456789.123456789", "12345678901234567.89", "12345678901234567890123",
          "0.1000000000000000055511151231257827"}) {
        // The second has an escape, which makes it go the long way.
        for (const char* other : {R"("y":"")", R"("y":"\n")"}) {
            const std::string property = R"({"name":"n","unit":"","value":)" + number + "}";
            const decoded d =
                decode(with("\"x\": " + number + " ,\"list\":[" + number + ",{\"a\":" + number +
                            "}],\"customProperties\":[" + property + "]," + other));
            EXPECT_EQ(d.reason, "") << number;
            EXPECT_EQ(d.fields.at("x"), number);
            EXPECT_EQ(d.fields.at("list"), "[" + number + ",{\"a\":" + number + "}]");
            EXPECT_EQ(d.fields.at("$n"), R"("unit":"","value":)" + number + "}");
        }
    }
    // Also where the records have many, and where the last of equal keys wins.
    std::string many;
    for (int i = 0; i < 2000; ++i) many += (i > 0 ? "," : "") + std::to_string(i) + ".50";
    EXPECT_EQ(decode(with("\"x\":1.0,\"x\":[" + many + "]")).fields.at("x"), "[" + many + "]");
}

TEST(change_json, scenario_63_reasons_show_numbers_as_they_came) {
    EXPECT_EQ(decode(with(R"("eventName":1.10)")).reason, "eventName is not a string: 1.10");
    EXPECT_EQ(decode(R"({"objectId":1.50})").reason,
              "objectId is neither a string nor an integer from 0 on: 1.50");
}

TEST(change_json, what_is_no_number_is_refused) {
    for (const char* number : {"01", "+1", ".5", "1.", "1e", "0x10", "1_000", "-", "--1", "1.5.2"})
        EXPECT_EQ(decode(with("\"x\":" + std::string(number))).reason,
                  "the record cannot be read: " + std::string(number) +
                      " at column 21 is no JSON number")
            << number;
}

TEST(change_json, lone_surrogates_become_replacement_characters_and_are_counted) {
    change_decoder decoder({});
    decoded_block block;
    decoder.decode(with(R"("a":"x\ud800y","b":"\udc00","c":"\ud83d\ude00","k\uDFFF":1)"), 0, 0, 1,
                   block);
    decoder.decode(with(R"("a":"\ud800\ud800\udc00\ud800\u0041\\ud800")"), 0, 1, 2, block);
    EXPECT_EQ(block.lone_surrogates, 5U);
    EXPECT_EQ(block.records.size(), 2U);
    EXPECT_THAT(decode(with(R"("a":"x\ud800y","b":"\ud83d\ude00","k\uDFFF":1)")).fields,
                ElementsAre(Pair("a", "\"x\xef\xbf\xbdy\""), Pair("b", "\"\xf0\x9f\x98\x80\""),
                            Pair("k\xef\xbf\xbd", "1")));
}

TEST(change_json, strings_are_written_in_one_way) {
    const decoded d = decode(with(R"("x":"a\/\u0062\u00e9\n\b\ud83d\ude00","\u0061\"b":1)"));
    EXPECT_EQ(d.fields.at("x"), "\"a/b\xc3\xa9\\n\\u0008\xf0\x9f\x98\x80\"");
    EXPECT_EQ(d.fields.at(R"(a\"b)"), "1");
}

TEST(change_json, nesting_is_limited) {
    const auto nested = [](int levels) {
        return with("\"x\":" + std::string(static_cast<std::size_t>(levels), '[') +
                    std::string(static_cast<std::size_t>(levels), ']'));
    };
    EXPECT_EQ(decode(nested(1023)).reason, "");
    EXPECT_THAT(decode(nested(1024)).reason, HasSubstr("nested more than 1,024 levels deep"));
    EXPECT_THAT(decode(nested(100000)).reason, HasSubstr("nested"));
}

TEST(change_json, text_that_is_no_json_is_refused_with_its_reason) {
    EXPECT_THAT(decode("{\"objectId\":\"1\",\"x\":\"\xff\"}").reason, HasSubstr("UTF-8"));
    EXPECT_THAT(decode("{\"objectId\":\"1\",\"x\":\"a\nb\"}").reason,
                HasSubstr("control character"));
    EXPECT_THAT(decode(with(R"("x":"\q")")).reason, HasSubstr("escape"));
    EXPECT_THAT(decode(with(R"("x":"\ud80")")).reason, HasSubstr("escape"));
    EXPECT_EQ(decode(with(R"("x":NaN)")).reason,
              "the record cannot be read: NaN at column 21 is no JSON value; write null");
    for (const char* text :
         {"{\"objectId\":\"1\" \"x\":1}", "{\"objectId\":tru}", "{,}", "{} {}", "", " "})
        EXPECT_THAT(decode(text).reason, HasSubstr("the record cannot be read: ")) << text;
    for (const char* text : {"[]", "1", "\"x\"", "null"})
        EXPECT_THAT(decode(text).reason, HasSubstr("not a JSON object")) << text;
}

TEST(change_json, bad_record_names_its_object_and_reference) {
    const decoded d = decode(R"({"eventName":1,"$hubspool":{"id":"r"},"objectId":"007"})");
    EXPECT_EQ(d.object_id, "7");
    EXPECT_EQ(d.reference, "r");
}

TEST(change_json, content_of_a_bad_record_is_cut) {
    change_decoder decoder({});
    decoded_block block;
    const std::string text = with("\"eventName\":[\"" + std::string(200000, 'x') + "\"]");
    decoder.decode(text, 0, 0, 1, block);
    ASSERT_EQ(block.bad.size(), 1U);
    EXPECT_EQ(block.bad[0].size, text.size());
    EXPECT_EQ(block.bad[0].content, text.substr(0, bad_content_bytes_max));
}

TEST(change_json, scenario_30_no_bytes_crash_the_decoder) {
    const std::string good = with(
        R"("eventName":"\u00e9","x":[1,-2.5e3,true,null,{"y":{}}],"startDateTime":"2026-11-23T22:00:00Z",
        "customProperties":[{"name":"a","value":"1","sourceVid":[1],"maskedSubstrings":{"substrings":[{"start":1}]}}],
        "$hubspool":{"id":"r"})");
    static constexpr std::string_view marks = "{}[]\",:\\0-9eE+.tfnu\0\xff\xc3\n";
    change_decoder decoder({});
    for (std::uint64_t seed = 0; seed < 20000; ++seed) {
        std::mt19937_64 random(seed);
        std::string text = good;
        for (std::uint64_t i = 1 + random() % 6; i > 0 && !text.empty(); --i) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
            case 0: text[at] = marks[random() % marks.size()]; break;
            case 1: text.erase(at, 1 + random() % 9); break;
            case 2: text.insert(at, text.substr(random() % text.size(), random() % 30)); break;
            default: text.resize(at);
            }
        }
        decoded_block block;
        decoder.decode(text, 0, 0, 1, block);
        ASSERT_EQ(block.records.size() + block.bad.size(), 1U) << seed;
        // Whatever the tree refuses has words of ours.
        for (const bad_record& bad : block.bad)
            ASSERT_TRUE(bad.reason.find("cannot be read") == std::string::npos ||
                        bad.reason.ends_with(json_fault(text)))
                << bad.reason << ": " << text;
    }
}

} // namespace hubspool
