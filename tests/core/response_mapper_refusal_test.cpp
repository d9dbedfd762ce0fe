// The rows of 400, 409 and 422.
#include "core/judged_answer.hpp"
#include "support/row_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hubspool::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string too_many =
    R"({"status":"error","message":"The maximum number of inputs supported in a batch is 2. Please reduce )"
    R"(the number of items and try again","correlationId":"a975fe8b","category":"VALIDATION_ERROR"})";
const std::string duplicates =
    R"({"status":"error","message":"Duplicate IDs found in batch input: [5]. IDs must be unique",)"
    R"("correlationId":"d1ace858","context":{"ids":["5"]},"category":"VALIDATION_ERROR"})";
const std::string unknown_property =
    R"({"status":"error","message":"Property values were not valid: [{\"isValid\":false,\"name\":\"foo\"}]",)"
    R"("correlationId":"x","errors":[{"message":"Property \"foo\" does not exist","code":)"
    R"("PROPERTY_DOESNT_EXIST","context":{"propertyName":["foo"]}}],"category":"VALIDATION_ERROR"})";
const std::string validation_results =
    R"({"validationResults":[{"isValid":false,"message":"Property \"foo\" does not exist",)"
    R"("error":"PROPERTY_DOESNT_EXIST","name":"foo","localizedErrorMessage":"..."}],"status":"error",)"
    R"("message":"Property values were not valid","correlationId":"x"})";

TEST(response_mapper_refusal, cap_on_inputs_is_told_and_nobody_is_blamed) {
    for (const int status : {400, 409, 422}) {
        const auto verdict = sent_batch{"5", "6", "7"}.judge(answered(status, too_many));
        EXPECT_THAT(fates(verdict), Each(again));
        EXPECT_EQ(verdict.max_inputs, 2U);
        EXPECT_TRUE(verdict.no_backoff);
        EXPECT_FALSE(verdict.may_still_land);
        EXPECT_FALSE(verdict.outage);
    }
}

TEST(response_mapper_refusal, cap_and_duplicates_of_a_stranger_are_in_doubt) {
    for (const char* const words : {"The maximum number of inputs is 1", "Duplicate IDs found"}) {
        const auto verdict = sent_batch{"5", "6"}.judge(
            answered(400, std::string(R"({"message":")") + words + R"("})"));
        EXPECT_THAT(fates(verdict), Each(suspect)) << words;
        EXPECT_TRUE(verdict.doubtful) << words;
        EXPECT_FALSE(verdict.max_inputs) << words;
        EXPECT_FALSE(verdict.duplicate_ids) << words;
    }
}

TEST(response_mapper_refusal, a_cap_that_the_batch_keeps_is_suspect_and_not_sent_again_for_ever) {
    const auto pair = sent_batch{"5", "6"}.judge(answered(400, too_many));
    EXPECT_THAT(fates(pair), Each(suspect));
    EXPECT_TRUE(pair.no_backoff);
    const auto alone = sent_batch{"5"}.judge(answered(400, too_many));
    EXPECT_THAT(fates(alone), ElementsAre(suspect));
    EXPECT_FALSE(alone.no_backoff);
}

TEST(response_mapper_refusal, scenario_21_duplicate_ids_kill_nobody_although_they_are_named) {
    const auto verdict = sent_batch{"5", "6"}.judge(answered(400, duplicates));
    EXPECT_THAT(fates(verdict), Each(again));
    EXPECT_TRUE(verdict.duplicate_ids);
    EXPECT_TRUE(verdict.no_backoff);
    EXPECT_EQ(verdict.reason, "duplicate_ids");
}

TEST(response_mapper_refusal, scenario_21_alone_and_called_a_duplicate_is_suspect_and_waits) {
    const auto verdict = sent_batch{"5"}.judge(answered(400, duplicates));
    EXPECT_THAT(fates(verdict), ElementsAre(suspect));
    EXPECT_FALSE(verdict.duplicate_ids);
    EXPECT_FALSE(verdict.no_backoff);
    EXPECT_FALSE(verdict.doubtful);
    EXPECT_EQ(verdict.inputs[0].category, "VALIDATION_ERROR");
}

struct refusal_case {
    const char* label;
    sent_batch batch;
    std::string body;
    std::vector<input_fate> expected;
};

class refusal_table : public ::testing::TestWithParam<refusal_case> {};

TEST_P(refusal_table, each_input_has_its_fate) {
    for (const int status : {400, 409, 422}) {
        const auto verdict = GetParam().batch.judge(answered(status, GetParam().body));
        std::vector<input_fate> expected = GetParam().expected;
        // A conflict may pass: whom it names is asked alone.
        if (status == 409) std::replace(expected.begin(), expected.end(), dead, solo);
        EXPECT_EQ(fates(verdict), expected) << GetParam().label << " " << status;
        EXPECT_TRUE(verdict.no_backoff);
        EXPECT_FALSE(verdict.may_still_land);
        EXPECT_EQ(verdict.outage, verdict.doubtful); // not HubSpot's own
        EXPECT_FALSE(verdict.park);
        EXPECT_FALSE(verdict.max_inputs);
        EXPECT_FALSE(verdict.duplicate_ids);
    }
}

sent_batch carriers() {
    sent_batch batch{"5", "6", "7"};
    batch.custom(1, "foo", R"("x")").custom(0, "bar", R"("x")");
    return batch;
}
sent_batch all_carriers() {
    return carriers().custom(0, "foo", "1").custom(2, "foo", "1");
}

const refusal_case blame[] = {
    {"some named",
     {"5", "6", "7"},
     R"({"category":"VALIDATION_ERROR","message":"bad","context":{"ids":["6"]}})",
     {again, dead, again}},
    {"some named by an inner error",
     {"5", "6", "7"},
     R"({"category":"VALIDATION_ERROR","errors":[{"message":"bad","context":{"objectId":[7]}}]})",
     {again, again, dead}},
    {"all named",
     {"5", "6"},
     R"({"category":"VALIDATION_ERROR","context":{"ids":["5","6"]}})",
     {suspect, suspect}},
    {"others named",
     {"5", "6"},
     R"({"category":"VALIDATION_ERROR","context":{"ids":["9"]}})",
     {suspect, suspect}},
    {"nobody named",
     {"5", "6"},
     R"({"category":"VALIDATION_ERROR","message":"bad"})",
     {suspect, suspect}},
    {"scenario 21: a limit names nobody",
     {"100", "6"},
     R"({"category":"VALIDATION_ERROR","context":{"limit":["100"]}})",
     {solo, suspect}},
    {"part of a string is no id",
     {"100", "6"},
     R"({"category":"VALIDATION_ERROR","context":{"limit":["100 per batch"]}})",
     {suspect, suspect}},
    {"id quoted in the message",
     {"5", "6"},
     R"({"category":"VALIDATION_ERROR","message":"event \"5\" cannot be edited"})",
     {solo, suspect}},
    {"a named one beside a suspected one",
     {"5", "6", "7"},
     R"({"category":"VALIDATION_ERROR","context":{"ids":["5"],"limit":["6"]}})",
     {dead, again, again}},
    {"property carried by some", carriers(), unknown_property, {again, suspect, again}},
    {"property at the top",
     carriers(),
     R"({"category":"VALIDATION_ERROR","context":{"propertyName":"foo"}})",
     {again, suspect, again}},
    {"several properties",
     carriers(),
     R"({"category":"VALIDATION_ERROR","context":{"propertyName":["foo","bar"]}})",
     {suspect, suspect, again}},
    {"property carried by all", all_carriers(), unknown_property, {suspect, suspect, suspect}},
    {"property carried by none", {"5", "6"}, unknown_property, {suspect, suspect}},
    {"property of a validation result", carriers(), validation_results, {again, suspect, again}},
    {"ids go before properties",
     carriers(),
     R"({"category":"VALIDATION_ERROR","context":{"propertyName":["foo"],"ids":["5"]}})",
     {dead, again, again}},
    {"not JSON", {"5", "6"}, "<html>Bad Request</html>", {suspect, suspect}},
    {"a cap beyond belief",
     {"5", "6"},
     R"({"message":"The maximum number of inputs supported in a batch is 0"})",
     {suspect, suspect}},
    {"a cap that a record's value tells",
     {"5", "6"},
     R"({"message":"Not valid: \"maximum number of inputs is 1\""})",
     {suspect, suspect}},
    {"null and wrong types",
     {"5", "6"},
     R"({"category":null,"message":7,"context":["5"],"errors":[null,"x",{"context":{"propertyName":null}}],"validationResults":7})",
     {suspect, suspect}},
};
INSTANTIATE_TEST_SUITE_P(blame, refusal_table, ::testing::ValuesIn(blame),
                         [](const auto& row) { return row_name(row.param.label); });

TEST(response_mapper_refusal, a_property_name_is_matched_as_it_was_sent) {
    for (const auto& [name, in_json] : {std::pair{"a\"b\n", R"(a\"b\n)"}, {"007", "007"}}) {
        sent_batch batch{"5", "6"};
        batch.custom(1, name, R"("x")");
        const auto verdict = batch.judge(
            answered(400, std::string(R"({"context":{"propertyName":[")") + in_json + R"("]}})"));
        EXPECT_THAT(fates(verdict), ElementsAre(again, suspect)) << name;
    }
}

TEST(response_mapper_refusal, a_named_property_may_be_a_field_of_the_event) {
    sent_batch batch{"5", "6"};
    batch.property(0, "eventUrl", R"("x")");
    const auto verdict = batch.judge(answered(400, R"({"context":{"propertyName":["eventUrl"]}})"));
    EXPECT_THAT(fates(verdict), ElementsAre(suspect, again));
}

TEST(response_mapper_refusal, some_named_are_dead_with_the_words_of_their_error) {
    const auto verdict = sent_batch{"5", "6", "7"}.judge(answered(
        400,
        R"({"category":"VALIDATION_ERROR","message":"two bad","context":{"ids":["6"]},"errors":[{"message":"bad date","context":{"ids":["5"]}}]})"));
    EXPECT_THAT(fates(verdict), ElementsAre(dead, dead, again));
    EXPECT_EQ(verdict.inputs[0].words, "bad date");
    EXPECT_EQ(verdict.inputs[1].words, "two bad; bad date");
    EXPECT_EQ(verdict.inputs[1].category, "VALIDATION_ERROR");
}

TEST(response_mapper_refusal, alone_with_a_category_is_dead_with_hubspots_words) {
    for (const int status : {400, 422}) {
        const auto verdict = sent_batch{"5"}.judge(answered(status, unknown_property));
        EXPECT_THAT(fates(verdict), ElementsAre(dead));
        EXPECT_EQ(verdict.inputs[0].category, "VALIDATION_ERROR");
        EXPECT_THAT(verdict.inputs[0].words, HasSubstr("Property \"foo\" does not exist"));
    }
}

TEST(response_mapper_refusal, alone_and_not_of_hubspot_is_suspect_and_backs_off) {
    for (const char* body : {"", "<html/>", R"({"error":"Bad Request"})", R"({"category":""})",
                             R"({"category":null})"}) {
        const auto verdict = sent_batch{"5"}.judge(answered(400, body));
        EXPECT_THAT(fates(verdict), ElementsAre(suspect)) << body;
        EXPECT_TRUE(verdict.doubtful) << body;
        EXPECT_FALSE(verdict.no_backoff) << body;
        EXPECT_EQ(verdict.inputs[0].category, "http_400") << body;
    }
}

TEST(response_mapper_refusal, scenario_57_alone_with_hubspots_message_dies_without_a_category) {
    const auto verdict = sent_batch{"5"}.judge(answered(
        400,
        R"({"status":"error","message":"Invalid input JSON on line 1, column 15","correlationId":"c"})"));
    EXPECT_THAT(fates(verdict), ElementsAre(dead));
    EXPECT_FALSE(verdict.doubtful);
    EXPECT_EQ(verdict.inputs[0].category, "http_400");
    EXPECT_EQ(verdict.inputs[0].words, "Invalid input JSON on line 1, column 15");
}

TEST(response_mapper_refusal, alone_with_validation_results_is_dead_with_their_words) {
    const auto verdict = sent_batch{"5"}.judge(answered(400, validation_results));
    EXPECT_THAT(fates(verdict), ElementsAre(dead));
    EXPECT_EQ(verdict.inputs[0].category, "PROPERTY_DOESNT_EXIST");
    EXPECT_EQ(verdict.inputs[0].words,
              "Property values were not valid; Property \"foo\" does not exist");
}

TEST(response_mapper_refusal, alone_a_conflict_is_suspect_whatever_its_category) {
    const auto verdict =
        sent_batch{"5"}.judge(answered(409, R"({"category":"CONFLICT","message":"try again"})"));
    EXPECT_THAT(fates(verdict), ElementsAre(suspect));
    EXPECT_FALSE(verdict.no_backoff);
}

} // namespace
} // namespace hubspool::testing
