// The short way of reading an answer gives what the long one gives, whatever comes.
#include "core/answers/answer_parser.hpp"
#include "core/answers/plain_answer.hpp"
#include "core/json_texts.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

// What was read, in words.
std::string described(const answer_body& body) {
    std::string text = body.is_json_object ? "object " + body.status : "no object";
    for (const answer_result& result : body.results) {
        text.append("; ").append(result.object_id);
        const auto echo = body.echo_of(result);
        if (!echo) continue;
        text += ":";
        for (const std::string_view name : *echo) text.append(" ").append(name);
    }
    const answer_error& whole = body.whole;
    for (const std::string* word :
         {&whole.category, &whole.words, &body.policy_name, &body.correlation_id})
        text += "; " + *word;
    const std::size_t others = body.errors.size() + whole.named.size() + whole.hinted.size() +
                               whole.properties.size() + body.scopes.size();
    text += "; " + std::to_string(others) + " others";
    if (!whole.names_nobody) text += "; names somebody";
    if (body.max_inputs) text += "; a maximum";
    if (body.duplicate_ids) text += "; duplicates";
    return text;
}

// What the short way gives, or nothing.
std::string shortly(std::string_view text) {
    simdjson::dom::parser parser;
    answer_body body;
    const guarded_text alone(text);
    if (read_plain_answer(parser, alone.view(), body)) return described(body);
    EXPECT_EQ(described(body), described({})) << text;
    return {};
}

bool is_plain_answer(std::string_view text) {
    return !shortly(text).empty();
}

// One more member with an escape makes it go the long way.
std::string at_length(std::string text) {
    const std::size_t brace = text.find('{');
    if (brace != std::string::npos) text.insert(brace + 1, R"("\u0078":0,)");
    return described(parse_answer(text));
}

// Mostly one that is plain.
template <std::size_t Count>
std::string mostly(generator& random, const char* const (&plain)[Count]) {
    return random() % 32 == 0 ? scalar(random) : some(random, plain);
}

std::string value(generator& random) {
    static constexpr const char* plain[] = {R"("a")", "12", "true",
                                            "null",   "{}", R"([{"a":1},[]])"};
    return mostly(random, plain);
}

std::string echoed_property(generator& random) {
    static constexpr const char* plain[] = {R"("seats")", R"("room")"};
    const std::string name = mostly(random, plain);
    std::string text = member(random, "name", name);
    if (random() % 2 == 0) text = member(random, "value", value(random)) + ',' + text;
    if (random() % 16 == 0) text = R"("name":"",)" + text;
    return random() % 32 == 0 ? scalar(random) : '{' + text + '}' + space(random);
}

template <class Item>
std::string list(generator& random, std::size_t most, Item item) {
    if (random() % 32 == 0) return scalar(random);
    std::string text;
    for (std::size_t left = random() % (most + 1); left > 0; --left)
        text += (text.empty() ? "" : ",") + item(random);
    return '[' + text + ']';
}

std::string result_of(generator& random) {
    static constexpr const char* ids[] = {R"("1")", R"("007")", R"("abc")"};
    static constexpr const char* keys[] = {"eventName", "createdAt", "appInfo", "x"};
    std::string text = member(random, "objectId", mostly(random, ids));
    if (random() % 16 == 0) text = R"("objectId":"",)" + text;
    if (random() % 2 == 0)
        text += ',' + member(random, "customProperties", list(random, 3, echoed_property));
    if (random() % 2 == 0) text += ',' + member(random, some(random, keys), value(random));
    return random() % 32 == 0 ? scalar(random) : '{' + text + '}';
}

std::string answer(generator& random) {
    static constexpr const char* keys[] = {"startedAt", "numErrors", "links", "message", "results"};
    static constexpr const char* states[] = {R"("COMPLETE")", R"("PENDING")", R"("")"};
    std::string text = member(random, "results", list(random, 4, result_of));
    if (random() % 4 != 0) text = member(random, "status", mostly(random, states)) + ',' + text;
    if (random() % 2 == 0) text += ',' + member(random, some(random, keys), value(random));
    return space(random) + '{' + text + '}';
}

} // namespace

TEST(plain_answer, usual_answers_of_success_are_plain) {
    EXPECT_EQ(shortly(R"({"status":"COMPLETE","startedAt":"2026-01-01T00:00:00Z","results":[
        {"objectId":"007","eventName":"a","customProperties":[{"name":"a","value":"1"},
         {"value":1,"name":"b"}],"appInfo":{"id":5,"tags":["x",null,[]]},"cancelled":false},
        {"customProperties":[],"objectId":"8"},{"objectId":"9"}],"numErrors":0})"),
              "object COMPLETE; 7: a b; 8:; 9; ; ; ; ; 0 others");
    EXPECT_EQ(shortly("{\"results\":[]}"), "object ; ; ; ; ; 0 others");
    EXPECT_EQ(shortly("{\"a\":{}}"), "object ; ; ; ; ; 0 others");
}

TEST(plain_answer, what_is_not_plain_is_left_alone) {
    for (const char* text :
         {"",
          "}",
          "[]",
          R"("a")",
          R"({"results":[{"objectId":"1"}])",
          R"({"results":[{]})",
          R"({"results":[{"objectId":"1"})",
          R"({"results":[{"objectId":"1"}]}})",
          R"({"results":[{"objectId":"1"},]})",
          R"({"results":[{"objectId":"1"} {}]})",
          R"({"results":[{"objectId":"1"}] "x":1})",
          R"({"results":[{"objectId":1}]})",
          R"({"results":[{"objectId":""}]})",
          R"({"results":[{}]})",
          R"({"results":[1]})",
          R"({"results":{}})",
          R"({"results":null})",
          R"({"results":[],"results":[]})",
          R"({"results":[{"objectId":"1","objectId":"2"}]})",
          R"({"results":[{"objectId":"","objectId":"5"}]})",
          R"({"results":[{"objectId":"1","customProperties":[{"name":"","name":"a"}]}]})",
          R"({"results":[{"objectId":"1","customProperties":null}]})",
          R"({"results":[{"objectId":"1","customProperties":[{}]}]})",
          R"({"results":[{"objectId":"1","customProperties":[{"name":1}]}]})",
          R"({"results":[{"objectId":"1","customProperties":[],"customProperties":[]}]})",
          R"({"results":[{"objectId":"1","eventName":"a\n"}]})",
          R"({"status":["COMPLETE"]})",
          R"({"status":"a","status":"a"})",
          R"({"results":[],"errors":[]})",
          R"({"results":[],"message":"m"})",
          R"({"x":01})",
          R"({"x":tru})",
          R"({"x":[1,]})",
          R"({"x":{"y"}})",
          R"({"x":[[[[[[[[[]]]]]]]]]})"})
        EXPECT_FALSE(is_plain_answer(text)) << text;
    EXPECT_FALSE(is_plain_answer(std::string_view("{\"x\":\"\xff\"}")));
}

TEST(plain_answer, keys_that_tell_of_an_error_go_the_long_way) {
    for (const char* key : {"errors", "validationResults", "message", "category", "policyName",
                            "correlationId", "context"})
        EXPECT_FALSE(is_plain_answer(std::string("{\"") + key + R"(":"a","results":[]})")) << key;
}

TEST(plain_answer, an_answer_that_breaks_off_anywhere_is_left_by_every_kernel) {
    const std::string whole =
        "{\"status\":\"\xe2\x82\xac\",\"results\":[{\"objectId\":\"1\",\"x\":[{\"a\":12}]}]}";
    for_every_kernel([&] {
        EXPECT_TRUE(is_plain_answer(whole));
        for (std::size_t size = 0; size < whole.size(); ++size)
            EXPECT_FALSE(is_plain_answer(std::string_view(whole).substr(0, size)));
    });
}

TEST(plain_answer, both_ways_agree_on_whatever_comes_with_every_kernel) {
    std::size_t plain = 0, answers = 0;
    for_every_kernel([&] {
        generator random(1);
        for (int i = 0; i < testing::random_rounds(5'000) && !::testing::Test::HasFailure();
             ++i, ++answers) {
            std::string text = answer(random);
            if (i % 4 == 0) mutate(random, text);
            const std::string read = shortly(text);
            if (read.empty()) continue;
            ++plain;
            EXPECT_EQ(read, at_length(text)) << text;
        }
    });
    EXPECT_GT(plain, answers / 20) << "answers that are not plain prove nothing";
}

} // namespace hubspool
