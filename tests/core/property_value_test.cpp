// Which values a property takes; each row is one value.
#include "core/properties/property_value.hpp"
#include "core/properties/validation_rules.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

std::optional<property_fault> fault(const property_definition& of, const std::string& json) {
    return fault_of(read_plain_value(R"("value":)" + json + "}"), of);
}

void expect_taken(const property_definition& of, std::initializer_list<const char*> values) {
    for (const char* json : values) EXPECT_EQ(fault(of, json), std::nullopt) << json;
}

void expect_refused(const property_definition& of, property_fault what,
                    std::initializer_list<const char*> values) {
    for (const char* json : values) EXPECT_EQ(fault(of, json), what) << json;
}

property_definition typed(property_type type) {
    property_definition made;
    made.name = "a";
    made.type = type;
    return made;
}

property_definition ruled(property_type type, const char* rule, const char* argument) {
    property_definition made = typed(type);
    made.rules = {{rule, {argument}}};
    return made;
}

property_definition of_options(bool several) {
    property_definition made = typed(property_type::enumeration);
    made.takes_several = several;
    made.options = {{"2", "Two"}, {"gold", "Gold tier"}, {"silver", "Silver"}, {"true", "Yes"}};
    return made;
}

TEST(property_value, number_is_one_however_it_is_written) {
    const auto number = typed(property_type::number);
    expect_taken(number, {"5", "-1.50", "1e400", "\"5\"", "\"+5\"", "\" 5.\"", "\"\"", "null",
                          "123456789012345678901234567890"});
    expect_refused(number, property_fault::wrong_type,
                   {"\"many\"", "true", "\"1,000\"", "\"5 seats\"", "\" \"", "\"inf\"", "\"nan\"",
                    "\"0x10\"", "\"1e\"", "\"--1\""});
}

TEST(property_value, date_is_a_day_or_its_midnight) {
    const auto date = typed(property_type::date);
    expect_taken(date, {"\"2026-11-30\"", "1796083200000", "\"1796083200000\"", "\"-86400000\"",
                        "\"2026-11-30T00:00:00Z\"", "\"2026-11-30T01:00:00+01:00\"", "\"\""});
    expect_refused(date, property_fault::wrong_type,
                   {"\"2026-02-30\"", "\"30.11.2026\"", "1796083200001", "\"tomorrow\"", "true",
                    "\"2026-11-30T09:00:00Z\"", "\"20261130\""});
}

TEST(property_value, time_is_an_instant) {
    const auto time = typed(property_type::date_time);
    expect_taken(time, {"\"2026-11-30T09:00:00Z\"", "\"2026-11-30T09:00:00.125+01:00\"",
                        "1796029200123", "\"1796029200123\"", "\"2026-11-30\""});
    expect_refused(time, property_fault::wrong_type,
                   {"\"2026-11-30 9 o'clock\"", "\"2026-11-30T09:00:00\"", "false", "1.5"});
}

TEST(property_value, truth_is_true_or_false) {
    const auto truth = typed(property_type::boolean);
    expect_taken(truth, {"true", "\"false\"", "\"True\"", "null", "\"\""});
    expect_refused(truth, property_fault::wrong_type, {"\"yes\"", "1", "\"0\"", "\"wahr\""});
}

TEST(property_value, text_is_anything) {
    expect_taken(typed(property_type::text), {"\"x\"", "5", "true", "null"});
}

TEST(property_value, option_is_one_of_those_told) {
    expect_taken(of_options(false), {"\"gold\"", "2", "true", "\"\"", "null"});
    expect_refused(of_options(false), property_fault::wrong_option,
                   {"\"Gold\"", "\"Gold tier\"", "\"gold;silver\"", "3", "false", "\"gold \""});
    expect_taken(of_options(true), {"\"gold\"", "\"gold;silver\"", "\";gold\"", "\"gold;\""});
    expect_refused(of_options(true), property_fault::wrong_option, {"\"gold;bronze\""});
    expect_taken(typed(property_type::enumeration), {"\"whatever\""});
}

TEST(property_value, option_that_was_meant_is_told) {
    const auto meant = [](const char* text, bool several) {
        return meant_by({value_kind::text, text}, of_options(several));
    };
    EXPECT_EQ(meant("Gold tier", false), "gold");
    EXPECT_EQ(meant("goldd", false), "gold");
    EXPECT_EQ(meant("gold;sliver", true), "silver");
    EXPECT_EQ(meant("platinum", false), "");
}

TEST(property_value, other_attributes_do_not_count) {
    const plain_value read = read_plain_value(R"("source":"API","value":"x\"y","timestamp":5})");
    EXPECT_EQ(read.kind, value_kind::text);
    EXPECT_EQ(read.text, "x\"y");
    EXPECT_EQ(read_plain_value(R"("source":"API"})").kind, value_kind::none);
    EXPECT_EQ(read_plain_value("}").kind, value_kind::none);
}

TEST(validation_rules, are_broken_only_where_no_doubt_is_left) {
    constexpr auto text = property_type::text;
    constexpr auto number = property_type::number;
    const struct {
        property_type type;
        const char *rule, *argument, *taken, *refused;
    } table[] = {
        {text, "MAX_LENGTH", "3", "\"\xc3\xa4\xc3\xb6\xc3\xbc\"", "\"abcd\""},
        {text, "MIN_LENGTH", "2", "\"ab\"", "\"\xc3\xa4\""},
        {number, "MIN_NUMBER", "1", "1", "0.5"},
        {number, "MAX_NUMBER", "10", "\"1e400\"", "\"10.01\""},
        {text, "ALPHANUMERIC", "NUMERIC_ONLY", "\"0123\"", "\"12a\""},
    };
    for (const auto& row : table) {
        const auto of = ruled(row.type, row.rule, row.argument);
        expect_taken(of, {row.taken, "\"\"", "null"});
        expect_refused(of, property_fault::broken_rule, {row.refused});
    }
    for (const char* rule : {"REGEX", "MAX_LENGTH", "BRAND_NEW"}) {
        expect_taken(ruled(text, rule, "none"), {"\"anything at all\""});
        EXPECT_FALSE(is_known_rule({rule, {"none"}}));
        EXPECT_FALSE(is_known_rule({rule, {}}));
    }
}

} // namespace
} // namespace hubspool
