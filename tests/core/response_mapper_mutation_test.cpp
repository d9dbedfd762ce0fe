// Damaged answers: whatever comes, nothing is delivered that the body's results do not name.
#include "core/judged_answer.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <regex>
#include <set>

namespace hubspool::testing {
namespace {

const std::vector<std::string> bodies = {
    R"({"status":"COMPLETE","results":[{"objectId":"5","customProperties":[{"name":"a","value":"b"}]},{"objectId":6},{"objectId":"007"}],"startedAt":"2024-01-01T00:00:00Z"})",
    R"({"status":"COMPLETE","results":[{"objectId":"7"}],"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","message":"Could not get [5, 6]","context":{"ids":["5",6]}}]})",
    R"({"results":[{"objectId":"5"}],"errors":[{"category":"X","message":"m","context":{"limit":["6"]},"errors":[{"message":"\u00e9","code":"C","context":{"objectId":"7"}}]}]})",
    R"({"status":"error","message":"The maximum number of inputs supported in a batch is 2.","category":"VALIDATION_ERROR","context":{"propertyName":["a"],"ids":["6"]}})",
    R"({"validationResults":[{"isValid":false,"message":"m","error":"E","name":"a"}],"status":"error","message":"Duplicate IDs found: [\"5\"]","policyName":"DAILY"})",
};
const std::vector<std::string> tokens = {"null",
                                         "true",
                                         "7",
                                         "-1",
                                         "5.5",
                                         "1e400",
                                         "18446744073709551616",
                                         "\"\"",
                                         "\"5\"",
                                         "[]",
                                         "[[[]]]",
                                         "{}",
                                         "\"\\ud800\"",
                                         "[\"5\",6,null]",
                                         "{\"ids\":[\"5\"]}"};

class mutator {
public:
    explicit mutator(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
    }

    std::string mutate(std::string body) {
        for (std::size_t rounds = 1 + below(3); rounds > 0 && !body.empty(); --rounds) {
            switch (below(5)) {
            case 0: body[below(body.size())] ^= static_cast<char>(1 << below(8)); break;
            case 1: body.resize(below(body.size())); break;
            case 2: swap_value(body); break;
            case 3: body.erase(below(body.size()), 1 + below(8)); break;
            default: body.insert(below(body.size()), 1, body[below(body.size())]);
            }
        }
        return body;
    }

private:
    // Puts a value of another type in the place of one.
    void swap_value(std::string& body) {
        const std::size_t colon = body.find(':', below(body.size()));
        if (colon == std::string::npos) return;
        simdjson::dom::parser parser;
        for (std::size_t end = colon + 2; end <= body.size(); ++end) {
            simdjson::dom::element value;
            const std::string text = body.substr(colon + 1, end - colon - 1);
            const char next = end < body.size() ? body[end] : ' ';
            if (next != ',' && next != '}' && next != ']') continue;
            if (parser.parse(text).get(value) != simdjson::SUCCESS) continue;
            body.replace(colon + 1, text.size(), tokens[below(tokens.size())]);
            return;
        }
    }

    std::mt19937 random_;
};

// Without what the tree of this test cannot hold: large numbers, and surrogates that stand alone.
std::string tamed(const std::string& body) {
    static const std::regex exponent(R"(([:,\[]-?[0-9.]+)[eE][+]?[0-9]+)"),
        digits("([0-9]{18})[0-9]+"), surrogate(R"(\\u[dD][89a-fA-F][0-9a-fA-F]{2})");
    return std::regex_replace(
        std::regex_replace(std::regex_replace(body, exponent, "$1"), digits, "$1"), surrogate,
        R"(\ufffd)");
}

// Ids that the results name, read in another way than the mapper does.
std::set<std::string> ids_in_results(const std::string& whole) {
    const std::string body = tamed(whole);
    std::set<std::string> ids;
    simdjson::dom::parser parser;
    simdjson::dom::array results;
    if (parser.parse(body)["results"].get(results) != simdjson::SUCCESS) return ids;
    for (const auto each : results) {
        simdjson::dom::element value;
        if (each["objectId"].get(value) != simdjson::SUCCESS) continue;
        std::string id = simdjson::minify(value);
        std::erase(id, '"');
        ids.insert(id.erase(0, std::min(id.find_first_not_of('0'), id.size())));
    }
    return ids;
}

class mutated_answers : public ::testing::TestWithParam<unsigned> {};

TEST_P(mutated_answers, never_crash_and_never_deliver_what_results_do_not_name) {
    static constexpr int statuses[] = {200, 207, 200, 202, 400, 409, 422, 401,
                                       403, 404, 413, 423, 429, 477, 500};
    mutator random(GetParam());
    sent_batch many{"5", "6", "7"};
    many.custom(0, "a", R"("b")").custom(1, "a", "null");
    sent_batch single{"5"};
    int deliveries = 0;
    for (int round = 0; round < random_rounds(3000); ++round) {
        const std::string body = random.mutate(bodies[random.below(bodies.size())]);
        const int status = statuses[random.below(std::size(statuses))];
        const bool alone = random.below(4) == 0;
        const auto verdict = (alone ? single : many).judge(answered(status, body));
        ASSERT_EQ(verdict.inputs.size(), alone ? 1U : 3U);
        const std::set<std::string> named = ids_in_results(body);
        for (std::size_t i = 0; i < verdict.inputs.size(); ++i) {
            if (verdict.inputs[i].fate != delivered) continue;
            ++deliveries;
            const std::string id = std::to_string(5 + i);
            ASSERT_TRUE(status < 300 && named.contains(id)) << status << " " << id << " " << body;
        }
        ASSERT_LE(verdict.words.size(), 1000U);
    }
    // Many mutations leave the results readable: the test would see a wrong delivery.
    EXPECT_GT(deliveries, random_rounds(100));
}

INSTANTIATE_TEST_SUITE_P(seeds, mutated_answers, ::testing::Range(1U, 9U));

} // namespace
} // namespace hubspool::testing
