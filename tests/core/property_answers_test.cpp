// What is read of HubSpot's answers about properties.
#include "core/properties/defined_properties.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

property_definition only_one(const std::string& members) {
    const auto read =
        read_property_definitions(R"({"results":[{"name":"a","label":"A",)" + members + "}]}");
    if (!read || read->size() != 1) {
        ADD_FAILURE() << members;
        return {};
    }
    return read->front();
}

TEST(property_answers, types_are_those_of_hubspot_and_new_ones_take_any_text) {
    const std::pair<const char*, property_type> table[] = {
        {"number", property_type::number},      {"date", property_type::date},
        {"datetime", property_type::date_time}, {"bool", property_type::boolean},
        {"string", property_type::text},        {"enumeration", property_type::enumeration},
        {"phone_number", property_type::text},  {"object_coordinates", property_type::text}};
    for (const auto& [name, type] : table)
        EXPECT_EQ(only_one(std::string(R"("type":")") + name + '"').type, type) << name;
}

TEST(property_answers, calculated_is_by_hubspot_or_by_a_formula) {
    EXPECT_TRUE(only_one(R"("calculated":true,"hubspotDefined":true)").calculated);
    EXPECT_FALSE(only_one(R"("calculated":true,"hubspotDefined":false)").calculated);
    EXPECT_TRUE(only_one(R"("calculationFormula":"a + b")").calculated);
    EXPECT_TRUE(only_one(R"("fieldType":"calculation_equation")").calculated);
    EXPECT_FALSE(only_one(R"("calculationFormula":"","fieldType":"text")").calculated);
}

TEST(property_answers, read_only_is_of_the_value) {
    EXPECT_TRUE(only_one(R"("modificationMetadata":{"readOnlyValue":true})").read_only);
    EXPECT_FALSE(
        only_one(R"("modificationMetadata":{"readOnlyValue":false,"readOnlyDefinition":true})")
            .read_only);
}

TEST(property_answers, options_that_are_kept_elsewhere_are_not_told) {
    const std::string options = R"("options":[{"value":"b","label":"B"},{"value":"a"},7])";
    const property_definition told = only_one(options);
    ASSERT_EQ(told.options.size(), 2U);
    EXPECT_EQ(told.options[0].value, "a");
    EXPECT_EQ(told.options[1].label, "B");
    EXPECT_TRUE(only_one(options + R"(,"externalOptions":true)").options.empty());
}

TEST(property_answers, what_is_no_list_of_them_is_nothing) {
    for (const char* body : {"", "[]", "{}", "null", R"({"results":{}})", R"({"results":[)",
                             "<html>", R"({"status":"error","message":"no"})", "\xff\xfe"}) {
        EXPECT_FALSE(read_property_definitions(body)) << body;
        EXPECT_FALSE(read_property_rules(body)) << body;
    }
    const auto read = read_property_definitions(R"({"results":[1,null,{"label":"x"},[]]})");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->empty()) << "what has no name is none";
}

TEST(defined_properties, name_that_is_in_use_again_is_no_archived_one) {
    defined_properties known;
    known.add(*read_property_definitions(R"({"results":[{"name":"a"},{"name":"b"}]})"));
    known.add(*read_property_definitions(
        R"({"results":[{"name":"a","archived":true},{"name":"seats","archived":true}]})"));
    EXPECT_FALSE(known.find("a")->archived);
    EXPECT_TRUE(known.find("seats")->archived);
    EXPECT_EQ(known.find("c"), nullptr);
    EXPECT_EQ(known.count(), 3U);
    EXPECT_EQ(known.nearest("seets"), "") << "archived ones are not meant";
}

TEST(defined_properties, rules_come_to_the_properties_that_they_name) {
    defined_properties known;
    known.add(*read_property_definitions(R"({"results":[{"name":"a"}]})"));
    known.add_rules(*read_property_rules(
        R"({"results":[{"propertyName":"a","propertyValidationRules":[)"
        R"({"ruleType":"MAX_LENGTH","ruleArguments":["5"]}]},{"propertyName":"gone",)"
        R"("propertyValidationRules":[{"ruleType":"REGEX","ruleArguments":["x"]}]}]})"));
    ASSERT_EQ(known.find("a")->rules.size(), 1U);
    EXPECT_EQ(known.find("a")->rules[0].type, "MAX_LENGTH");
    EXPECT_EQ(known.count(), 1U);
}

} // namespace
} // namespace hubspool
