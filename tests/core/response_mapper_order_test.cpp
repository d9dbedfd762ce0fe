// Results in the order of the request, and in any other, with doubled and foreign ones between: the
// verdicts are the same.
#include "core/judged_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hubspool::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string with_results(const std::vector<std::string>& results) {
    std::string body = R"({"status":"COMPLETE","results":[)";
    for (const std::string& result : results) {
        if (body.back() != '[') body += ',';
        body += result;
    }
    return body + "]}";
}

std::string named(const std::string& id) {
    return R"({"objectId":")" + id + "\"}";
}

std::string echoing(const std::string& id, const std::string& names) {
    return R"({"objectId":")" + id + R"(","customProperties":[)" + names + "]}";
}

TEST(response_mapper_order, of_doubled_results_the_first_counts_in_any_order) {
    sent_batch batch{"5", "6"};
    batch.custom(0, "a", "1");
    const std::string good = echoing("5", R"({"name":"a"})"), bad = echoing("5", "");
    for (const std::vector<std::string>& results :
         {std::vector{good, bad, named("6")}, {good, named("6"), bad}, {named("6"), good, bad}}) {
        const auto verdict = batch.judge(answered(200, with_results(results)));
        EXPECT_THAT(fates(verdict), Each(delivered)) << with_results(results);
        EXPECT_THAT(verdict.missing_echoes, IsEmpty()) << with_results(results);
        EXPECT_THAT(verdict.unknown_results, IsEmpty()) << with_results(results);
    }
    for (const std::vector<std::string>& results :
         {std::vector{bad, good, named("6")}, {bad, named("6"), good}, {named("6"), bad, good}}) {
        const auto verdict = batch.judge(answered(200, with_results(results)));
        EXPECT_THAT(fates(verdict), Each(delivered)) << with_results(results);
        EXPECT_EQ(verdict.missing_echoes.size(), 1U) << with_results(results);
    }
}

TEST(response_mapper_order, one_that_is_left_out_does_not_shift_the_others) {
    const auto verdict = sent_batch{"1", "2", "3", "4"}.judge(
        answered(200, with_results({named("1"), named("3"), named("4")})));
    EXPECT_THAT(fates(verdict), ElementsAre(delivered, suspect, delivered, delivered));
}

TEST(response_mapper_order, foreign_results_behind_those_in_order_are_noted_once) {
    const auto verdict = sent_batch{"1", "2"}.judge(
        answered(200, with_results({named("1"), named("2"), named("9"), named("09"), named("8")})));
    EXPECT_THAT(fates(verdict), Each(delivered));
    EXPECT_THAT(verdict.unknown_results, ElementsAre("9", "8"));
}

TEST(response_mapper_order, ids_that_are_numbers_stay_what_they_are) {
    // Each has to be kept as text while the others are made.
    std::vector<std::string> ids, results;
    for (std::uint64_t i = 0; i < 300; ++i)
        ids.push_back(std::to_string(18'446'744'073'709'551'615U - i * 1'000'003));
    for (const std::string& id : ids) results.push_back(R"({"objectId":)" + id + "}");
    std::vector<sent_input> inputs;
    for (const std::string& id : ids) inputs.push_back({id, nullptr});
    const auto verdict = map_response(answered(200, with_results(results)), inputs, {}, sent_at);
    EXPECT_THAT(fates(verdict), Each(delivered));
    std::reverse(results.begin(), results.end());
    const auto reversed = map_response(answered(200, with_results(results)), inputs, {}, sent_at);
    EXPECT_THAT(fates(reversed), Each(delivered));
}

// Against going through all results for each input.
TEST(response_mapper_order, any_mixture_gives_what_a_plain_search_gives) {
    std::mt19937 random(7); // NOLINT(cert-msc51-cpp): the same cases each time
    const std::vector<std::string> ids{"1", "2", "3", "4", "5", "6"};
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::string> in_results;
        for (const std::string& id : ids)
            if (random() % 8 != 0) in_results.push_back(id);
        for (unsigned more = random() % 4; more > 0; --more)
            in_results.insert(in_results.begin() + random() % (in_results.size() + 1),
                              std::to_string(random() % 9 + 1));
        if (round % 3 == 0) std::shuffle(in_results.begin(), in_results.end(), random);
        std::vector<std::string> results;
        for (const std::string& id : in_results)
            results.push_back(random() % 2 == 0 ? R"({"objectId":)" + id + "}" : named("0" + id));
        results.push_back(named("x"));

        std::vector<sent_input> inputs;
        std::vector<input_fate> expected;
        for (const std::string& id : ids) {
            inputs.push_back({id, nullptr});
            const auto found = std::find(in_results.begin(), in_results.end(), id);
            expected.push_back(found == in_results.end() ? suspect : delivered);
        }
        const std::string body = with_results(results);
        EXPECT_EQ(fates(map_response(answered(200, body), inputs, {}, sent_at)), expected) << body;
    }
}

std::vector<std::string> missing(const sent_batch& batch, const std::string& names) {
    const auto verdict = batch.judge(answered(200, with_results({echoing("5", names)})));
    std::vector<std::string> properties;
    for (const auto& each : verdict.missing_echoes) properties.push_back(each.property);
    return properties;
}

TEST(response_mapper_order, echoes_are_found_in_any_order) {
    sent_batch batch{"5"};
    batch.custom(0, "a", "1").custom(0, "b", "1").custom(0, "c", "1");
    EXPECT_THAT(missing(batch, R"({"name":"a"},{"name":"b"},{"name":"c"})"), IsEmpty());
    EXPECT_THAT(missing(batch, R"({"name":"c"},{"name":"a"},{"name":"b"})"), IsEmpty());
    EXPECT_THAT(missing(batch, R"({"name":"x"},{"name":"c"},{"name":"a"},{"name":"a"})"),
                ElementsAre("b"));
    EXPECT_THAT(missing(batch, R"({"name":""},{"name":["c"]},{"name":null},{})"),
                ElementsAre("a", "b"));
}

TEST(response_mapper_order, of_many_echoes_each_is_found) {
    sent_batch batch{"5"};
    std::string forth, back;
    for (int i = 0; i < 40; ++i) {
        batch.custom(0, "p" + std::to_string(i), "1");
        const std::string name = R"({"name":"p)" + std::to_string(i) + "\"}";
        forth += (i == 0 ? "" : ",") + name;
        back = name + (i == 0 ? "" : ",") + back;
    }
    batch.custom(0, "q", "1");
    EXPECT_THAT(missing(batch, forth), ElementsAre("q"));
    EXPECT_THAT(missing(batch, back), ElementsAre("q"));
}

TEST(response_mapper_order, escaped_names_are_compared_as_what_they_stand_for) {
    sent_batch batch{"5"};
    batch.custom(0, "say \"hi\"", "1").custom(0, "a\\b", "1").custom(0, "tab\t", "1");
    EXPECT_THAT(
        missing(batch, R"({"name":"say \"hi\""},{"name":"a\\b"},{"name":"\u0074ab\u0009"})"),
        IsEmpty());
    // What stands in the request between the quotes is another name.
    EXPECT_THAT(missing(batch, R"({"name":"say \\\"hi\\\""},{"name":"a\\\\b"},{"name":"tab\\t"})"),
                ElementsAre(R"(say \"hi\")", R"(a\\b)", R"(tab\t)"));
    sent_batch plain{"5"};
    plain.custom(0, "city", "1");
    EXPECT_THAT(missing(plain, R"({"name":"\u0063ity"})"), IsEmpty());
}

TEST(response_mapper_order, one_answer_does_not_show_through_the_next) {
    sent_batch batch{"5"};
    batch.custom(0, "a", "1");
    const std::string large(std::size_t{1} << 21, ' ');
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(missing(batch, R"({"name":"a"})" + (i == 1 ? large : "")), IsEmpty());
        EXPECT_THAT(missing(batch, ""), ElementsAre("a"));
        EXPECT_THAT(fates(batch.judge(answered(200, "{"))), ElementsAre(suspect));
    }
}

} // namespace
} // namespace hubspool::testing
