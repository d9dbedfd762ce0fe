#include "core/decoded_change.hpp"
#include "core/records/change_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace hubspool {

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

} // namespace

TEST(change_json_custom, custom_properties_are_fields_by_name) {
    const decoded d = decode(with(
        R"("customProperties":[ {"name":"a\/b","value":"1"}, {"value":2,"name":"c","source":"NEW_ONE"},
            {"name":"a/b","value":"3","new":{"x":1}} ])"));
    EXPECT_THAT(d.fields, ElementsAre(Pair("$a/b", R"("value":"3","new":{"x":1}})"),
                                      Pair("$c", R"("value":2,"source":"NEW_ONE"})")));
}

TEST(change_json_custom, custom_property_is_reduced_to_name_and_value_when_set) {
    const std::string text =
        with(R"("customProperties":[{"timestamp":1,"name":"a","unit":"x","value":"1","new":2}])");
    EXPECT_THAT(decode(text, {.name_value_only = true}).fields,
                ElementsAre(Pair("$a", R"("value":"1"})")));
}

TEST(change_json_custom, last_of_equal_attributes_wins) {
    EXPECT_THAT(
        decode(with(R"("customProperties":[{"name":"a","name":"b","value":{},"value":"2"}])"))
            .fields,
        ElementsAre(Pair("$b", R"("value":"2"})")));
}

TEST(change_json_custom, custom_properties_of_the_wrong_form_are_refused) {
    const std::map<std::string, std::string> cases{
        {R"({})", "customProperties is not an array"},
        {R"("x")", "customProperties is not an array"},
        {R"([1])", "customProperties[0] is not an object: 1"},
        {R"([null])", "customProperties[0] is not an object: null"},
        {R"([{"name":"a","value":"1"},{"value":"1"}])", "customProperties[1] has no name"},
        {R"([{"name":"","value":"1"}])", "customProperties[0].name is not a string with something"},
        {R"([{"name":null,"value":"1"}])", "customProperties[0].name is not a string"},
        {R"([{"name":1,"value":"1"}])", "customProperties[0].name is not a string"},
        {R"([{"name":"a"}])", R"(customProperties[0] ("a") has no value)"},
        {R"([{"name":"a","value":{}}])", "customProperties[0].value is not a string, a number"},
        {R"([{"ftc_sei":"1234"}])", "customProperties[0] has no name"},
    };
    for (const auto& [list, words] : cases)
        EXPECT_THAT(decode(with("\"customProperties\":" + list)).reason, HasSubstr(words));
}

TEST(change_json_custom, documented_attributes_are_checked_for_type) {
    const auto reason = [](const std::string& attribute) {
        return decode(with(R"("customProperties":[{"name":"a","value":"1",)" + attribute + "}]"))
            .reason;
    };
    for (const char* good : {R"("dataSensitivity":"new")",
                             R"("isEncrypted":true)",
                             R"("isLargeValue":false)",
                             R"("maskedSubstrings":{"substrings":[{"start":0,"end":-1},{}],"x":1})",
                             R"("maskedSubstrings":{})",
                             R"("persistenceTimestamp":-9223372036854775808)",
                             R"("requestId":"")",
                             R"("selectedByUser":true)",
                             R"("selectedByUserTimestamp":1)",
                             R"("source":"API")",
                             R"("sourceId":"")",
                             R"("sourceLabel":"")",
                             R"("sourceMetadata":"")",
                             R"("sourceUpstreamDeployable":"")",
                             R"("sourceVid":[1,9223372036854775807])",
                             R"("sourceVid":[])",
                             R"("timestamp":0)",
                             R"("unit":"")",
                             R"("updatedByUserId":2147483647)",
                             R"("useTimestampAsPersistenceTimestamp":true)"})
        EXPECT_EQ(reason(good), "") << good;
    for (const char* bad : {R"("dataSensitivity":1)",
                            R"("isEncrypted":1)",
                            R"("isLargeValue":"x")",
                            R"("maskedSubstrings":[])",
                            R"("maskedSubstrings":{"substrings":{}})",
                            R"("maskedSubstrings":{"substrings":[1]})",
                            R"("maskedSubstrings":{"substrings":[{"start":"0"}]})",
                            R"("maskedSubstrings":{"substrings":[{"end":2147483648}]})",
                            R"("persistenceTimestamp":9223372036854775808)",
                            R"("requestId":1)",
                            R"("selectedByUser":"x")",
                            R"("selectedByUserTimestamp":1.5)",
                            R"("source":[])",
                            R"("sourceId":1)",
                            R"("sourceLabel":{})",
                            R"("sourceMetadata":false)",
                            R"("sourceUpstreamDeployable":1)",
                            R"("sourceVid":1)",
                            R"("sourceVid":["1"])",
                            R"("timestamp":"1")",
                            R"("unit":1)",
                            R"("updatedByUserId":2147483648)",
                            R"("useTimestampAsPersistenceTimestamp":0)"})
        EXPECT_THAT(reason(bad), HasSubstr(" is not ")) << bad;
    EXPECT_EQ(reason(R"("timestamp":"now")"),
              R"(customProperties[0].timestamp is not an integer of 64 bits: "now")");
}

TEST(change_json_custom, envelope_gives_the_reference_and_is_no_field) {
    const decoded d = decode(with(R"("$hubspool":{"id":"order \"7\""},"eventName":"a")"));
    EXPECT_EQ(d.reference, "order \"7\"");
    EXPECT_EQ(d.fields.size(), 1U);
    EXPECT_EQ(decode(with(R"("$hubspool":{})")).reason, "");
}

TEST(change_json_custom, envelope_gives_as_of_as_a_text_or_in_milliseconds) {
    for (const char* const as_of : {"\"2026-11-30T01:00:00Z\"", "\"2026-11-30T02:00:00.000+01:00\"",
                                    "1796000400000", "1.7960004e12", "1796000400000.0"}) {
        const decoded d = decode(with(R"("$hubspool":{"as_of":)" + std::string(as_of) + "}"));
        EXPECT_EQ(d.as_of, 1'796'000'400'000U) << as_of << d.reason;
        EXPECT_TRUE(d.fields.empty());
    }
    EXPECT_EQ(decode(with(R"("$hubspool":{"as_of":"1970-01-01T00:00:00Z"})")).as_of, 0U);
    EXPECT_EQ(decode(with(R"("$hubspool":{"id":"r"})")).as_of, std::nullopt);
    EXPECT_EQ(decode(with(R"("eventName":"a")")).as_of, std::nullopt);
}

TEST(change_json_custom, as_of_that_is_no_time_is_refused_and_the_reference_told) {
    for (const char* const as_of :
         {"null", "\"\"", "\"2026-11-30\"", "\"2026-11-30T01:00:00\"", "\"20261130T010000Z\"",
          "\"1796000400000\"", "\"1969-12-31T23:59:59Z\"", "-1", "1.5", "1796000400",
          "1796000400000000", "99999999999999999999", "true", "[]", "{}"}) {
        const decoded d =
            decode(with(R"("$hubspool":{"as_of":)" + std::string(as_of) + R"(,"id":"r"})"));
        EXPECT_THAT(d.reason, ::testing::StartsWith("$hubspool.as_of is no time: ")) << as_of;
        EXPECT_EQ(d.reference, "r") << as_of;
    }
}

TEST(change_json_custom, envelope_with_other_keys_is_refused_as_reserved) {
    const decoded d = decode(with(R"("$hubspool":{"id":"r","lane":"bulk"})"));
    EXPECT_THAT(d.reason, HasSubstr("\"lane\""));
    EXPECT_THAT(d.reason, HasSubstr("reserved"));
    EXPECT_EQ(d.object_id, "1");
    for (const char* envelope : {"null", "1", "[]", "\"x\""})
        EXPECT_THAT(decode(with("\"$hubspool\":" + std::string(envelope))).reason,
                    HasSubstr("$hubspool is not an object"));
    EXPECT_THAT(decode(with(R"("$hubspool":{"id":1})")).reason,
                HasSubstr("$hubspool.id is not a string"));
}

} // namespace hubspool
