// The rows of 2xx.
#include "core/judged_answer.hpp"
#include "support/row_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// As HubSpot answered for contacts: one unknown id of three.
const std::string partial_success =
    R"({"status":"COMPLETE","results":[{"objectId":"7","eventName":"c"},{"objectId":"5","eventName":"a"}],)"
    R"("numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":)"
    R"("Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.",)"
    R"("context":{"ids":["6"]}}],"startedAt":"2024-01-01T00:00:00Z","completedAt":"2024-01-01T00:00:01Z"})";

struct results_case {
    const char* label;
    sent_batch batch;
    std::string body;
    std::vector<input_fate> expected;
};

class results_table : public ::testing::TestWithParam<results_case> {};

TEST_P(results_table, fates_are_right) {
    for (const int status : {200, 207}) {
        const auto verdict = GetParam().batch.judge(answered(status, GetParam().body));
        EXPECT_EQ(fates(verdict), GetParam().expected) << GetParam().label << " " << status;
        EXPECT_FALSE(verdict.may_still_land);
        EXPECT_EQ(verdict.outage, verdict.doubtful) /* about others altogether */;
        EXPECT_FALSE(verdict.park);
    }
}

const results_case naming[] = {
    {"results in another order",
     {"5", "6"},
     R"({"status":"COMPLETE","results":[{"objectId":"6"},{"objectId":"5"}]})",
     {delivered, delivered}},
    {"numeric ids",
     {"5", "18446744073709551615"},
     R"({"results":[{"objectId":18446744073709551615},{"objectId":5}]})",
     {delivered, delivered}},
    {"scenario 20: leading zeros",
     {"5", "0"},
     R"({"results":[{"objectId":"005"},{"objectId":"000"}]})",
     {delivered, delivered}},
    {"id that is no number",
     {"ab-1", "ab-2"},
     R"({"results":[{"objectId":"ab-1"}]})",
     {delivered, suspect}},
    {"one unknown", {"5", "6", "7"}, partial_success, {delivered, dead, delivered}},
    {"one error, many ids",
     {"5", "6", "7"},
     R"({"results":[{"objectId":"7"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["5",6]}}]})",
     {dead, dead, delivered}},
    {"key id, string",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"category":"VALIDATION_ERROR","context":{"id":"5"}}]})",
     {dead, delivered}},
    {"key objectId, number",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"category":"VALIDATION_ERROR","context":{"objectId":5}}]})",
     {dead, delivered}},
    {"key objectIds, leading zeros",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"category":"VALIDATION_ERROR","context":{"objectIds":["05"]}}]})",
     {dead, delivered}},
    {"category as a list",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":["OBJECT_NOT_FOUND"],"context":{"ids":["5"]}}]})",
     {dead, suspect}},
    {"nested context, category from outside",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","errors":[{"context":{"ids":["5"]}}]}]})",
     {dead, suspect}},
    {"another category may pass",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"category":"INTERNAL","context":{"ids":["5"]}}]})",
     {solo, delivered}},
    {"no category may pass",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"context":{"ids":["5"]}}]})",
     {solo, delivered}},
    {"named twice, the final word counts",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":"X","context":{"id":"5"}},{"category":"VALIDATION_ERROR","context":{"id":"5"}}]})",
     {dead, suspect}},
    {"scenario 21: in results and in errors",
     {"5", "6"},
     R"({"results":[{"objectId":"5"},{"objectId":"6"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["5"]}}]})",
     {contradicted, delivered}},
    {"alone, in results and in errors",
     {"5"},
     R"({"results":[{"objectId":"5"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["5"]}}]})",
     {contradicted}},
    {"scenario 21: a limit names no object, so it is suspect",
     {"100", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"category":"VALIDATION_ERROR","context":{"limit":["100"]}}]})",
     {solo, delivered}},
    {"a limit beside a result means nothing",
     {"100", "6"},
     R"({"results":[{"objectId":"100"},{"objectId":"6"}],"errors":[{"category":"VALIDATION_ERROR","context":{"limit":["100"]}}]})",
     {delivered, delivered}},
    {"id quoted in the message",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"event \"5\" is locked"}]})",
     {solo, suspect}},
    {"number in the running message",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"at most 5 values"}]})",
     {suspect, suspect}},
    {"id below a nested object of the context",
     {"5", "6"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","context":{"detail":{"of":[["5"]]}}}]})",
     {solo, suspect}},
    {"an error's own id is none of ours",
     {"5", "6"},
     R"({"results":[{"objectId":"6"}],"errors":[{"id":"5","category":"OBJECT_NOT_FOUND"}]})",
     {suspect, delivered}},
    {"left out silently",
     {"5", "6"},
     R"({"status":"COMPLETE","results":[{"objectId":"6"}]})",
     {suspect, delivered}},
    {"scenario 21: result for an id not sent",
     {"5"},
     R"({"results":[{"objectId":"9"}]})",
     {suspect}},
    {"scenario 21: doubled results",
     {"5", "6"},
     R"({"results":[{"objectId":"5"},{"objectId":"5"}]})",
     {delivered, suspect}},
    {"alone, a final error that names nobody",
     {"5"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"no"}]})",
     {dead}},
    {"alone, a final error behind one that may pass",
     {"5"},
     R"({"results":[],"errors":[{"category":"X"},{"category":"VALIDATION_ERROR"}]})",
     {dead}},
    {"alone, suspected by the final error that names nobody",
     {"5"},
     R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","context":{"limit":["5"]}}]})",
     {dead}},
    {"in results and in an error that may pass",
     {"5", "6"},
     R"({"results":[{"objectId":"5"},{"objectId":"6"}],"errors":[{"category":"INTERNAL","context":{"ids":["5"]}}]})",
     {solo, delivered}},
    {"alone, an error that names another",
     {"5"},
     R"({"results":[],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["9"]}}]})",
     {suspect}},
    {"alone, an inner error names another",
     {"5"},
     R"({"results":[],"errors":[{"category":"X","errors":[{"context":{"ids":["9"]}}]}]})",
     {suspect}},
    {"alone, the error around names another",
     {"5"},
     R"({"results":[],"errors":[{"context":{"ids":["9"]},"errors":[{"message":"no"}]}]})",
     {suspect}},
    {"all unknown",
     {"5", "6"},
     R"({"status":"COMPLETE","results":[],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["5","6"]}}]})",
     {dead, dead}},
    {"ids in errors that were not sent",
     {"5"},
     R"({"results":[{"objectId":"5"}],"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["9"]}}]})",
     {delivered}},
    {"unusable results beside a good one",
     {"5", "6", "7"},
     R"({"results":[null,7,"6",[],{},{"objectId":null},{"objectId":7.0},{"objectId":["7"]},{"objectId":true},{"objectId":{}},{"objectId":""},{"id":"7"},{"objectId":"5"}]})",
     {delivered, suspect, suspect}},
    {"unusable errors",
     {"5", "6"},
     R"({"results":[{"objectId":"5"}],"errors":[null,7,true,[],["6"]]})",
     {delivered, suspect}},
    {"null and wrong types in every field of an error",
     {"5", "6"},
     R"({"results":[{"objectId":"5"}],"errors":[{"category":7,"message":[],"context":null,"errors":{}},)"
     R"({"category":null,"message":null,"context":["6"]},{"context":{"ids":null}},{"context":{"ids":{"a":"6"}}},{"context":{"ids":[6.0,null,-6]}}]})",
     {delivered, suspect}},
    {"status null is as if absent",
     {"5"},
     R"({"status":null,"results":[{"objectId":"5"}]})",
     {delivered}},
    {"errors of a wrong type",
     {"5"},
     R"({"results":[{"objectId":"5"}],"errors":{"ids":["5"]}})",
     {delivered}},
};
INSTANTIATE_TEST_SUITE_P(naming, results_table, ::testing::ValuesIn(naming),
                         [](const auto& row) { return row_name(row.param.label); });

TEST(response_mapper_results, dead_letters_carry_the_words_and_category_of_their_own_error) {
    const auto verdict = sent_batch{"5", "6", "7"}.judge(answered(207, partial_success));
    EXPECT_EQ(verdict.inputs[1].category, "OBJECT_NOT_FOUND");
    EXPECT_THAT(verdict.inputs[1].words, HasSubstr("Could not get some CONTACT objects"));
    EXPECT_EQ(verdict.status, "COMPLETE");
    EXPECT_EQ(verdict.reason, "OBJECT_NOT_FOUND");
    EXPECT_THAT(verdict.words, HasSubstr("Could not get some CONTACT objects"));
}

TEST(response_mapper_results, inner_errors_give_each_input_its_own_words) {
    const auto verdict = sent_batch{"5", "6"}.judge(answered(
        207,
        R"({"results":[],"errors":[{"category":"VALIDATION_ERROR","message":"two failed","errors":[)"
        R"({"message":"bad name","context":{"ids":["5"]}},{"message":"bad date","context":{"ids":["6"]}}]}]})"));
    EXPECT_EQ(verdict.inputs[0].words, "bad name");
    EXPECT_EQ(verdict.inputs[1].words, "bad date");
}

TEST(response_mapper_results, all_delivered_leaves_no_reason) {
    const auto verdict = sent_batch{"5"}.judge(answered(200, R"({"results":[{"objectId":"5"}]})"));
    EXPECT_EQ(verdict.reason, "");
    EXPECT_EQ(verdict.words, "");
    EXPECT_EQ(verdict.inputs[0].category, "");
}

TEST(response_mapper_results, left_out_alone_is_unattributed) {
    const auto verdict = sent_batch{"5"}.judge(answered(200, R"({"results":[{"objectId":"9"}]})"));
    EXPECT_EQ(verdict.inputs[0].category, "unattributed");
    EXPECT_THAT(verdict.inputs[0].words, HasSubstr("neither in `results` nor in `errors`"));
    EXPECT_EQ(verdict.reason, "unattributed");
}

TEST(response_mapper_results, left_out_beside_an_unnamed_error_quotes_it) {
    const auto verdict = sent_batch{"5", "6"}.judge(
        answered(207, R"({"results":[{"objectId":"6"}],"errors":[{"message":"merged away"}]})"));
    EXPECT_EQ(verdict.inputs[0].category, "unattributed");
    EXPECT_THAT(verdict.inputs[0].words, HasSubstr("merged away"));
}

TEST(response_mapper_results, left_out_alone_quotes_an_error_that_names_another) {
    const auto verdict = sent_batch{"5"}.judge(
        answered(207, R"({"results":[],"errors":[{"message":"gone","context":{"id":"9"}}]})"));
    EXPECT_EQ(verdict.inputs[0].category, "unattributed");
    EXPECT_THAT(verdict.inputs[0].words, HasSubstr("gone"));
}

TEST(response_mapper_results, scenario_21_results_that_were_not_sent_are_listed_once) {
    const auto verdict = sent_batch{"5"}.judge(answered(
        200, R"({"results":[{"objectId":"5"},{"objectId":"9"},{"objectId":9},{"objectId":"5"}]})"));
    EXPECT_THAT(verdict.unknown_results, ElementsAre("9"));
    EXPECT_THAT(fates(verdict), ElementsAre(delivered));
}

TEST(response_mapper_results, unfinished_status_is_inconclusive_and_may_still_land) {
    for (const char* status : {"PENDING", "PROCESSING", "CANCELED", "QUEUED"}) {
        for (const char* rest : {R"("results":[{"objectId":"5"}])", R"("results":[])"}) {
            const auto verdict = sent_batch{"5", "6"}.judge(
                answered(200, std::string(R"({"status":")") + status + R"(",)" + rest + "}"));
            EXPECT_THAT(fates(verdict), Each(suspect)) << status << rest;
            EXPECT_TRUE(verdict.may_still_land) << status << rest;
            EXPECT_EQ(verdict.status, status);
            EXPECT_EQ(verdict.reason, status);
        }
    }
}

TEST(response_mapper_results, accepted_without_a_batch_status_may_still_land) {
    const auto verdict = sent_batch{"5"}.judge(answered(202, ""));
    EXPECT_THAT(fates(verdict), ElementsAre(suspect));
    EXPECT_TRUE(verdict.may_still_land);
}

struct unusable_case {
    const char* label;
    std::string body;
    const char* content_type;
    const char* reason;
    const char* words;
};

TEST(response_mapper_results, scenario_6_an_answer_without_usable_content_is_an_outage) {
    const unusable_case cases[] = {
        {"captive portal", "<html>Please sign in</html>", "text/html; charset=utf-8", "not_json",
         "200 with text/html instead of JSON"},
        {"empty body", "", "application/json", "not_json", "200 with an empty body"},
        {"no content type", "hello", "", "not_json", "without a content type"},
        {"cut", R"({"status":"COMPLETE","results":[{"objectId":"5"},{"objec)", "application/json",
         "not_json", "broken or cut JSON"},
        {"bad UTF-8", "{\"results\":[{\"objectId\":\"5\"}],\"x\":\"\xff\"}", "application/json",
         "not_json", "broken or cut JSON"},
        {"two documents", R"({"results":[{"objectId":"5"}]}{})", "application/json", "not_json",
         "broken or cut JSON"},
        {"a list", R"([{"objectId":"5"}])", "application/json", "not_json", "broken or cut JSON"},
        {"a string", R"("5")", "application/json", "not_json", "broken or cut JSON"},
        {"silent no-op", R"({"status":"COMPLETE","results":[]})", "application/json",
         "empty_answer", "neither `results` nor `errors`"},
        {"nothing known", R"({"ok":true})", "application/json", "empty_answer", "neither"},
        {"wrong types", R"({"results":{"objectId":"5"},"errors":"5"})", "application/json",
         "empty_answer", "neither"},
        {"no usable result", R"({"results":[null,{"objectId":5.5}]})", "application/json",
         "empty_answer", "neither"},
        {"a message", R"({"message":"try later"})", "application/json", "empty_answer",
         "try later"},
    };
    for (const unusable_case& each : cases) {
        for (const sent_batch& batch : {sent_batch{"5"}, sent_batch{"5", "6"}}) {
            const auto verdict = batch.judge(answered(200, each.body, each.content_type));
            EXPECT_THAT(fates(verdict), Each(suspect)) << each.label;
            EXPECT_TRUE(verdict.outage) << each.label;
            EXPECT_FALSE(verdict.may_still_land) << each.label;
            EXPECT_EQ(verdict.reason, each.reason) << each.label;
            EXPECT_THAT(verdict.words, HasSubstr(each.words)) << each.label;
        }
    }
}

TEST(response_mapper_results, deep_nesting_is_unreadable_and_no_crash) {
    const std::string deep(100000, '[');
    const auto verdict =
        sent_batch{"5"}.judge(answered(200, R"({"results":[{"objectId":"5"}],"x":)" + deep));
    EXPECT_THAT(fates(verdict), ElementsAre(suspect));
    std::string nested = R"({"results":[{"objectId":"5"}],"errors":[)";
    for (int i = 0; i < 300; ++i) nested += R"({"errors":[)";
    for (int i = 0; i < 300; ++i) nested += "]}";
    EXPECT_THAT(fates(sent_batch{"5"}.judge(answered(200, nested + "]}"))), ElementsAre(delivered));
}

TEST(response_mapper_echo, a_stored_property_is_no_complaint) {
    sent_batch batch{"5"};
    batch.custom(0, "say \"hi\"", R"("x")").property(0, "eventName", R"("n")");
    const auto verdict = batch.judge(answered(
        200,
        R"({"results":[{"objectId":"5","customProperties":[{"name":"say \"hi\"","value":"x"}]}]})"));
    EXPECT_THAT(fates(verdict), ElementsAre(delivered));
    EXPECT_THAT(verdict.missing_echoes, IsEmpty());
}

const std::string bare_echo =
    R"({"results":[{"objectId":"6","customProperties":[]},)"
    R"({"objectId":"5","customProperties":[null,{"name":7},{"name":"b"}]}]})";

TEST(response_mapper_echo, a_property_missing_from_its_echo_is_reported_for_its_input) {
    sent_batch batch{"6", "5"};
    batch.custom(1, "a", R"("x")").custom(1, "b", R"("x")");
    const auto verdict = batch.judge(answered(200, bare_echo));
    EXPECT_THAT(fates(verdict), ElementsAre(delivered, delivered));
    ASSERT_EQ(verdict.missing_echoes.size(), 1U);
    EXPECT_EQ(verdict.missing_echoes[0].input, 1U);
    EXPECT_EQ(verdict.missing_echoes[0].property, "a");
}

TEST(response_mapper_echo, where_the_echo_is_required_the_input_is_dead) {
    sent_batch batch{"6", "5"};
    batch.custom(1, "a", R"("x")");
    mapper_options options;
    options.echo_is_required = true;
    const auto verdict = batch.judge(answered(200, bare_echo), options);
    EXPECT_THAT(fates(verdict), ElementsAre(delivered, dead));
    EXPECT_EQ(verdict.inputs[1].category, "not_stored");
    EXPECT_THAT(verdict.inputs[1].words, HasSubstr("\"a\""));
    EXPECT_EQ(verdict.reason, "not_stored");
}

TEST(response_mapper_echo, switched_off_nothing_is_compared) {
    sent_batch batch{"6", "5"};
    batch.custom(1, "a", R"("x")");
    mapper_options options;
    options.look_at_echo = false;
    EXPECT_THAT(batch.judge(answered(200, bare_echo), options).missing_echoes, IsEmpty());
}

TEST(response_mapper_echo, cleared_properties_and_results_without_a_list_are_no_complaint) {
    sent_batch batch{"5"};
    batch.custom(0, "gone", "null").custom(0, "blank", R"("")");
    EXPECT_THAT(batch.judge(answered(200, bare_echo)).missing_echoes, IsEmpty());

    sent_batch set{"5"};
    set.custom(0, "a", R"("x")");
    for (const char* echo :
         {"", R"(,"customProperties":null)", R"(,"customProperties":{"a":"x"})"}) {
        const auto verdict =
            set.judge(answered(200, std::string(R"({"results":[{"objectId":"5")") + echo + "}]}"));
        EXPECT_THAT(verdict.missing_echoes, IsEmpty()) << echo;
    }
}

} // namespace
} // namespace hubspool::testing
