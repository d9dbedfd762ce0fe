// Which values that HubSpot tells are those that were sent; each row is one pair.
#include "core/limits/question_pace.hpp"
#include "core/properties/event_comparison.hpp"
#include "core/properties/value_match.hpp"
#include "core/words/ledger_entry.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace hubspool {
namespace {

using pairs = std::initializer_list<std::pair<const char*, const char*>>;

// `sent` and `told` as they stand behind "value":.
bool is_same(const match_rules& rules, const char* sent, const char* told) {
    return is_same_value(read_sent_value(field_kind::property, sent),
                         read_sent_value(field_kind::property, told), rules);
}
void expect_same(const match_rules& rules, pairs all) {
    for (const auto& [sent, told] : all) EXPECT_TRUE(is_same(rules, sent, told)) << sent << told;
}
void expect_different(const match_rules& rules, pairs all) {
    for (const auto& [sent, told] : all) EXPECT_FALSE(is_same(rules, sent, told)) << sent << told;
}

TEST(value_match, what_clears_is_the_same_as_nothing) {
    for (const auto type : {property_type::text, property_type::number, property_type::date_time}) {
        expect_same({type}, {{"null", "null"}, {"null", R"("")"}, {R"(" ")", "null"}});
        expect_different({type}, {{"null", R"("x")"}, {R"("x")", "null"}, {"0", "null"}});
    }
}

TEST(value_match, text_differs_by_all_but_white_space_around_it) {
    const match_rules text{property_type::text};
    expect_same(text, {{R"("fair")", R"("fair")"},
                       {R"(" fair\r\n")", R"("fair")"},
                       {R"("\u00e9")", "\"\u00e9\""},
                       {"12", R"("12")"},
                       {"true", R"("true")"}});
    expect_different(text, {{R"("fair")", R"("Fair")"},
                            {R"("a b")", R"("a  b")"},
                            {R"("01234")", R"("1234")"},
                            {R"("1.0")", R"("1")"},
                            {R"("2026-11-30T01:00:00+01:00")", R"("2026-11-30T00:00:00Z")"}});
}

TEST(value_match, number_is_the_same_in_any_decimal_form) {
    const match_rules number{property_type::number};
    expect_same(number, {{"12", R"("12")"},
                         {"12.50", R"("12.5")"},
                         {"1e3", R"("1000")"},
                         {R"(" 007 ")", R"("7")"},
                         {"-0", R"("0")"}});
    expect_different(number, {{"12", R"("12.1")"}, {"12", R"("twelve")"}, {"1e400", R"("2e400")"}});
}

TEST(value_match, moment_is_the_same_in_any_form) {
    const match_rules moment{property_type::date_time};
    expect_same(moment, {{R"("2026-11-30T01:00:00+01:00")", R"("2026-11-30T00:00:00Z")"},
                         {R"("20261130T000000Z")", R"("2026-11-30T00:00:00.000Z")"},
                         {"1796083200000", R"("2026-12-01T00:00:00Z")"},
                         {R"("2026-12-01")", R"("1796083200000")"}});
    expect_different(moment, {{R"("2026-11-30T00:00:00Z")", R"("2026-11-30T00:00:00.001Z")"},
                              {R"("2026-11-30T00:00:00Z")", R"("soon")"}});
    expect_same({property_type::date}, {{R"("2026-12-01T00:00:00Z")", R"("2026-12-01")"}});
    expect_different({property_type::date}, {{R"("2026-12-01")", R"("2026-12-02")"}});
}

TEST(value_match, truth_is_a_word_in_any_case) {
    const match_rules truth{property_type::boolean};
    expect_same(truth, {{"true", R"("true")"}, {R"("FALSE")", "false"}});
    expect_different(truth, {{"true", R"("false")"}, {"true", R"("1")"}});
}

TEST(value_match, options_count_without_their_order) {
    const match_rules one{property_type::enumeration};
    const match_rules several{property_type::enumeration, true};
    expect_same(several,
                {{R"("a;b")", R"("b;a")"}, {R"("a; b;")", R"("a;b")"}, {R"(";c")", R"("a;c")"}});
    expect_different(several,
                     {{R"("a;b")", R"("a")"}, {R"(";c")", R"("a;b")"}, {R"("a")", R"("a;c")"}});
    expect_different(one, {{R"("a;b")", R"("b;a")"}, {R"("Gold")", R"("gold")"}});
}

TEST(value_match, property_of_no_known_type_is_compared_as_it_was_sent) {
    expect_same({}, {{"12.50", R"("12.5")"},
                     {"true", R"("TRUE")"},
                     {R"("2026-11-30T01:00:00+01:00")", R"("2026-11-30T00:00:00Z")"},
                     {R"("2026-12-01T00:00:00Z")", R"("1796083200000")"}});
    expect_different({}, {{R"("12.50")", R"("12.5")"}, {R"("true")", R"("TRUE")"}});
}

TEST(value_match, rule_that_normalizes_may_change_case_and_signs) {
    const match_rules normalized{property_type::text, false, true};
    expect_same(normalized,
                {{R"("+49 (30) 12-3")", R"("+4930123")"}, {R"("A@B.de")", R"("a@b.de")"}});
    expect_different(normalized, {{R"("a@b.de")", R"("a@c.de")"}});
}

TEST(value_match, hash_tells_the_usual_forms_of_a_value) {
    const auto hash = [](const char* json) { return hash_of_value(json); };
    EXPECT_TRUE(has_hash(hash(R"("fair")"), field_kind::property, {value_kind::text, "fair"}));
    EXPECT_TRUE(has_hash(hash("true"), field_kind::property, {value_kind::boolean, "true"}));
    EXPECT_TRUE(has_hash(hash(R"("value":12})"), field_kind::custom, {value_kind::text, "12"}));
    EXPECT_TRUE(has_hash(hash(R"("value":"12"})"), field_kind::custom, {value_kind::text, "12"}));
    EXPECT_TRUE(has_hash(hash("null"), field_kind::property, {}));
    EXPECT_TRUE(has_hash(hash(R"("")"), field_kind::property, {}));
    EXPECT_FALSE(has_hash(hash(R"("fair")"), field_kind::property, {value_kind::text, "far"}));
    EXPECT_FALSE(has_hash(0, field_kind::property, {value_kind::text, "fair"}));
}

constexpr const char* an_event =
    R"({"objectId":"007","eventName":"a","eventType":null,"attendees":5,"customProperties":[)"
    R"({"name":"tier","value":"gold"},{"name":"n","value":"5"},5,{"name":"x"}],)"
    R"("updatedAt":"2026-11-30T00:00:00Z","appInfo":{"id":"1"}})";

TEST(event_answer, tells_what_is_set_and_when_it_changed) {
    const auto event = read_event(an_event);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->object_id, "7");
    EXPECT_EQ(event->updated_at, "2026-11-30T00:00:00Z");
    EXPECT_EQ(event->find({field_kind::property, "eventName"})->text, "a");
    EXPECT_EQ(event->find({field_kind::custom, "tier"})->text, "gold");
    EXPECT_EQ(event->find({field_kind::property, "tier"}), nullptr);
    EXPECT_EQ(event->find({field_kind::property, "eventType"}), nullptr);
}

TEST(event_answer, body_that_is_no_event_is_none) {
    for (const char* body :
         {"", "[]", "{}", "<html>", R"({"objectId":"7"})", R"({"status":"error"})",
          R"({"customProperties":[]})", R"({"objectId":[],"customProperties":[]})"})
        EXPECT_FALSE(read_event(body)) << body;
}

sent_field sent(field_kind kind, const char* name, std::optional<std::string> value) {
    return {{kind, name}, std::move(value), 0, "it is gone"};
}

TEST(event_comparison, field_that_was_edited_cleared_or_set_differs) {
    const auto event = read_event(an_event);
    const event_comparison comparison(nullptr);
    const auto match = [&](field_kind kind, const char* name, const char* value) {
        return comparison.match(sent(kind, name, value), *event);
    };
    EXPECT_EQ(match(field_kind::property, "eventName", R"("a")").match, field_match::same);
    EXPECT_EQ(match(field_kind::property, "eventType", "null").match, field_match::same);
    EXPECT_EQ(match(field_kind::property, "eventCancelled", "null").match, field_match::same);
    EXPECT_EQ(match(field_kind::property, "eventCancelled", "false").match, field_match::same);
    EXPECT_EQ(match(field_kind::property, "eventCancelled", "true").match, field_match::differs);
    EXPECT_EQ(match(field_kind::custom, "n", R"("value":5})").match, field_match::same);
    const matched_field edited = match(field_kind::custom, "tier", R"("value":"silver"})");
    EXPECT_EQ(edited.match, field_match::differs);
    EXPECT_EQ(edited.sent, "silver");
    EXPECT_EQ(edited.told, "gold");
    const matched_field cleared = match(field_kind::custom, "note", R"("value":"x"})");
    EXPECT_EQ(cleared.match, field_match::differs);
    EXPECT_EQ(cleared.told, std::nullopt);
    EXPECT_EQ(match(field_kind::property, "eventName", "null").match, field_match::differs);
}

TEST(event_comparison, what_cannot_be_compared_says_why) {
    const auto event = read_event(an_event);
    const event_comparison comparison(nullptr);
    const auto undocumented = comparison.match(sent(field_kind::property, "x", "1"), *event);
    EXPECT_EQ(undocumented.match, field_match::not_compared);
    EXPECT_EQ(undocumented.note, "HubSpot does not tell fields of that name");
    sent_field by_hash = sent(field_kind::property, "eventName", {});
    EXPECT_EQ(comparison.match(by_hash, *event).note, "it is gone");
    by_hash.hash = hash_of_value(R"("a")");
    EXPECT_EQ(comparison.match(by_hash, *event).match, field_match::same);
    by_hash.hash = hash_of_value(R"("b")");
    EXPECT_EQ(comparison.match(by_hash, *event).match, field_match::not_compared);
}

TEST(event_comparison, types_and_rules_are_those_of_the_account) {
    defined_properties known;
    property_definition number;
    number.name = "n";
    number.type = property_type::number;
    known.add({number});
    known.add_rules({{"n", {{"MAX_NUMBER", {"9"}, true}}}});
    const auto event = read_event(an_event);
    const event_comparison comparison(&known);
    const auto match = [&](const char* value) {
        return comparison.match(sent(field_kind::custom, "n", value), *event);
    };
    EXPECT_EQ(match(R"("value":"5.0"})").match, field_match::same);
    EXPECT_EQ(match(R"("value":"6"})").note,
              "a rule of the account lets HubSpot change its values");
}

TEST(question_pace, takes_a_tenth_of_the_window_and_rests_where_others_use_it) {
    const milliseconds window{10'000};
    EXPECT_EQ(wait_between_questions(100, window, "", ""), milliseconds(1000));
    EXPECT_EQ(wait_between_questions(5, window, "100", "50"), window);
    EXPECT_EQ(wait_between_questions(100'000, window, "", ""), milliseconds(1));
    EXPECT_EQ(wait_between_questions(100, window, "100", "10"), milliseconds(1000));
    EXPECT_EQ(wait_between_questions(100, window, "100", "9"), window);
    EXPECT_EQ(wait_between_questions(100, window, "100", "many"), milliseconds(1000));
}

} // namespace
} // namespace hubspool
