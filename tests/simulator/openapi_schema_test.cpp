#include "support/openapi_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool::openapi {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string_view body) {
    static const update_schema schema(HUBSPOT_SCHEMAS);
    simdjson::dom::parser parser;
    const simdjson::padded_string text(body);
    return schema.problem_of(parser.parse(text));
}

std::string of_input(std::string_view fields) {
    return problem_of(R"({"inputs":[{"objectId":"1","customProperties":[])" + std::string(fields) +
                      "}]}");
}

TEST(update_schema, whole_input_is_in_order) {
    EXPECT_EQ(of_input(R"(,"eventName":"a","eventCancelled":true,)"
                       R"("startDateTime":"2026-11-24T00:00:00.125+01:00","brandNew":{"a":[1]})"),
              "");
    EXPECT_EQ(
        problem_of(R"({"inputs":[{"objectId":"1","customProperties":[{"name":"a","value":"b",)"
                   R"("source":"NEW_ONE","sourceVid":[1,-2],"timestamp":9007199254740993,)"
                   R"("maskedSubstrings":{"substrings":[{"start":1,"end":2}]}}]}]})"),
        "");
    EXPECT_EQ(of_input(R"(,"eventUrl":null)"), "");
}

TEST(update_schema, what_is_broken_is_told_with_its_place) {
    const std::vector<std::pair<std::string, std::string>> broken{
        {R"(,"eventName":1)", "inputs[0].eventName: is no string"},
        {R"(,"eventCancelled":"true")", "inputs[0].eventCancelled: is no boolean"},
        {R"(,"startDateTime":"2026-11-24")", "inputs[0].startDateTime: is no date-time"},
        {R"(,"startDateTime":"2026-11-24T00:00:00")", "inputs[0].startDateTime: is no date-time"},
    };
    for (const auto& [fields, problem] : broken) EXPECT_EQ(of_input(fields), problem);
    const std::vector<std::pair<std::string, std::string>> properties{
        {R"({"name":"a"})", "lacks value"},
        {R"({"name":"a","value":5})", "value: is no string"},
        {R"({"name":"a","value":"b","timestamp":1.5})", "timestamp: is no int64"},
        {R"({"name":"a","value":"b","updatedByUserId":3000000000})", "is no int32"},
        {R"({"name":"a","value":"b","dataSensitivity":"low"})", "is not in the enum"},
        {R"({"name":"a","value":"b","sourceVid":["1"]})", "sourceVid[0]: is no int64"},
        {R"("a")", "customProperties[0]: is no object"},
    };
    for (const auto& [property, problem] : properties)
        EXPECT_THAT(
            problem_of(R"({"inputs":[{"objectId":"1","customProperties":[)" + property + "]}]}"),
            HasSubstr(problem));
}

TEST(update_schema, body_without_what_it_needs_is_told) {
    EXPECT_EQ(problem_of("[]"), "is no object");
    EXPECT_EQ(problem_of("{}"), "lacks inputs");
    EXPECT_EQ(problem_of(R"({"inputs":{}})"), "inputs: is no array");
    EXPECT_EQ(problem_of(R"({"inputs":[{"objectId":"1"}]})"), "inputs[0]: lacks customProperties");
    EXPECT_EQ(problem_of(R"({"inputs":[{"objectId":1,"customProperties":[]}]})"),
              "inputs[0].objectId: is no string");
}

TEST(openapi_file, that_is_missing_is_told) {
    EXPECT_THROW(openapi_file("/nowhere/file.json"), std::exception);
    EXPECT_THROW(openapi_file(HUBSPOT_SCHEMAS).at("Nothing"), std::runtime_error);
}

} // namespace
} // namespace hubspool::openapi
