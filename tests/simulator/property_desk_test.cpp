#include "simulator/property_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

namespace hubspool::simulator {
namespace {

std::vector<property_words> made_of(std::initializer_list<const char*> all) {
    std::vector<property_words> made;
    for (const char* words : all) made.push_back(*parse_property(words));
    return made;
}

// Each result of a body.
simdjson::dom::array results(simdjson::dom::parser& parser, const std::string& body) {
    return parser.parse(body)["results"].get_array().value();
}

TEST(property_desk, property_has_all_that_hubspot_requires_of_one) {
    simdjson::dom::parser parser;
    const std::string body = properties_json(
        made_of({"name=tier,type=enumeration,options=gold|silver,several"}), false, 7);
    std::size_t count = 0;
    for (const simdjson::dom::element each : results(parser, body)) {
        ++count;
        // `required` of the schema Property, and of Option.
        for (const char* name : {"description", "fieldType", "groupName", "label", "name", "type"})
            EXPECT_TRUE(each[name].is_string()) << name;
        EXPECT_EQ(each["description"].get_string().value().size(), 7U);
        for (const simdjson::dom::element option : each["options"].get_array().value()) {
            EXPECT_TRUE(option["label"].is_string());
            EXPECT_TRUE(option["value"].is_string());
            EXPECT_TRUE(option["hidden"].is_bool());
        }
        // `required` of the schema PropertyModificationMetadata.
        for (const char* name : {"archivable", "readOnlyDefinition", "readOnlyValue"})
            EXPECT_TRUE(each["modificationMetadata"][name].is_bool()) << name;
    }
    EXPECT_EQ(count, 6U);
}

TEST(property_desk, archived_ones_are_listed_apart) {
    simdjson::dom::parser parser;
    const auto made = made_of({"name=old,archived", "name=seats,type=number"});
    const auto old = results(parser, properties_json(made, true, 0));
    ASSERT_EQ(old.size(), 1U);
    EXPECT_EQ(old.at(0)["name"].get_string().value(), "old");
    EXPECT_THAT(properties_json(made, false, 0), ::testing::Not(::testing::HasSubstr("\"old\"")));
}

TEST(property_desk, rules_are_told_for_who_has_some) {
    EXPECT_EQ(
        property_rules_json(made_of({"name=a,rule=MAX_LENGTH:5,rule=REGEX:x.*", "name=b"})),
        R"({"results":[{"propertyName":"a","propertyValidationRules":[)"
        R"({"ruleType":"MAX_LENGTH","ruleArguments":["5"],"shouldApplyNormalization":false},)"
        R"({"ruleType":"REGEX","ruleArguments":["x.*"],"shouldApplyNormalization":false}]}]})");
}

TEST(property_desk, words_that_are_none_are_refused) {
    for (const char* words : {"", "type=number", "name=a,colour=red", "name=a,hidden", "rule=A"})
        EXPECT_FALSE(parse_property(words)) << words;
}

} // namespace
} // namespace hubspool::simulator
