#include "simulator/json_output.hpp"
#include "simulator/update_request.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

std::string problem_of(const std::string& body) {
    update_parser parser;
    const simdjson::padded_string padded(body);
    return parser.parse(padded).problem;
}

TEST(canonical_id, leading_zeros_of_a_number_are_dropped) {
    EXPECT_EQ(canonical_id("00123"), "123");
    EXPECT_EQ(canonical_id("000"), "0");
    EXPECT_EQ(canonical_id("00a"), "00a");
    EXPECT_EQ(canonical_id(""), "");
}

TEST(update_parser, well_formed_inputs_are_listed_in_order) {
    update_parser parser;
    const simdjson::padded_string body(std::string(
        R"({"inputs":[{"objectId":"7","customProperties":[]},)"
        R"({"customProperties":[{"name":"a","value":null,"source":"API"}],"objectId":"08"}]})"));
    const auto& request = parser.parse(body);
    EXPECT_EQ(request.problem, "");
    ASSERT_EQ(request.inputs.size(), 2U);
    EXPECT_EQ(request.inputs[0].id, "7");
    EXPECT_EQ(request.inputs[1].id, "8");
}

TEST(update_parser, schema_violations_are_named) {
    EXPECT_NE(problem_of("<html>"), "");
    EXPECT_NE(problem_of("[]"), "");
    EXPECT_NE(problem_of("{}"), "");
    EXPECT_EQ(problem_of(R"({"inputs":[]})"), "inputs is empty");
    EXPECT_EQ(problem_of(R"({"inputs":[5]})"), "an input is not an object");
    EXPECT_EQ(problem_of(R"({"inputs":[{"objectId":5,"customProperties":[]}]})"),
              "objectId is missing or not a string");
    EXPECT_EQ(problem_of(R"({"inputs":[{"objectId":"5"}]})"),
              "customProperties is missing or not an array");
    EXPECT_EQ(problem_of(R"({"inputs":[{"objectId":"5","customProperties":[{"name":"a"}]}]})"),
              "a custom property lacks name or value");
}

// As the stand-in keeps it.
std::string kept_value(const std::string& value) {
    update_parser parser;
    const simdjson::padded_string body(R"({"inputs":[{"objectId":"1","customProperties":[)"
                                       R"({"name":"a","value":)" +
                                       value + "}]}]}");
    const auto& request = parser.parse(body);
    if (!request.problem.empty()) return request.problem;
    std::string out;
    append_value(out,
                 request.inputs[0].fields["customProperties"].get_array().at(0)["value"].value());
    return out;
}

TEST(update_parser, numbers_that_fit_nothing_keep_their_digits) {
    for (const char* number : {"1E400", "-1E400", "1.5e+999", "12345678901234567890123",
                               "-9223372036854775809", "18446744073709551616"})
        EXPECT_EQ(kept_value(number), number);
    // Beside one, others and what only looks like one stay.
    EXPECT_EQ(kept_value("18446744073709551615"), "18446744073709551615");
    const std::string text = R"("1E400 \" -1E400")";
    EXPECT_EQ(kept_value(text + R"(},{"name":"b","value":1E400)"), text);
}

TEST(update_parser, what_is_no_number_is_refused_whatever_its_length) {
    for (const char* none : {"1E400x", "012345678901234567890123", "1E+", "--1", "1E400E400"})
        EXPECT_NE(kept_value(none).find("not JSON"), std::string::npos) << none;
}

TEST(update_parser, problem_of_one_body_does_not_stay_for_the_next) {
    update_parser parser;
    EXPECT_NE(parser.parse(simdjson::padded_string(std::string("?"))).problem, "");
    const simdjson::padded_string good(
        std::string(R"({"inputs":[{"objectId":"5","customProperties":[]}]})"));
    EXPECT_EQ(parser.parse(good).problem, "");
}

} // namespace
} // namespace hubspool::simulator
