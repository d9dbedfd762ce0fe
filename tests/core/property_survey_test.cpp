// What a survey of records tells of their fields.
#include "core/properties/property_survey.hpp"
#include "core/records/change_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

defined_properties account() {
    defined_properties known;
    known.add(*read_property_definitions(
        R"({"results":[{"name":"seats","type":"number"},{"name":"old","archived":true},)"
        R"({"name":"sum","calculationFormula":"seats * 2"},)"
        R"({"name":"made","type":"datetime","modificationMetadata":{"readOnlyValue":true}},)"
        R"({"name":"tier","type":"enumeration","options":[{"value":"gold","label":"Gold"}]},)"
        R"({"name":"code","type":"string"},{"name":"note","type":"string"}]})"));
    known.add_rules(*read_property_rules(R"({"results":[{"propertyName":"code",)"
                                         R"("propertyValidationRules":[{"ruleType":"MAX_LENGTH",)"
                                         R"("ruleArguments":["3"]}]}]})"));
    return known;
}

class property_survey_test : public ::testing::Test {
protected:
    void read(const std::string& record) {
        decoded_block block;
        ++line_;
        decoder_.decode(record, 0, line_, line_, block);
        ASSERT_THAT(block.records, SizeIs(1)) << record;
        survey_.take(block, "a.ndjson",
                     [this](std::uint64_t ordinal) { return over_.contains(ordinal); });
    }
    // A record with this custom property.
    void custom(const std::string& name, const std::string& value) {
        read(R"({"objectId":"1","customProperties":[{"name":")" + name + R"(","value":)" + value +
             "}]}");
    }
    faulty_field only_fault() const {
        const auto found = survey_.found();
        if (found.size() == 1) return found.front();
        ADD_FAILURE() << found.size() << " faults";
        return {};
    }

    change_decoder decoder_{decode_options{}};
    property_survey survey_{account()};
    std::set<std::uint64_t> over_; // ordinals
    std::uint64_t line_ = 0;
};

TEST_F(property_survey_test, what_is_in_order_is_not_told) {
    read(R"({"objectId":"1","eventName":"x","eventCancelled":true,"endDateTime":null,)"
         R"("customProperties":[{"name":"seats","value":"5"},{"name":"tier","value":"gold"},)"
         R"({"name":"code","value":"abc"},{"name":"note","value":"any text at all"}]})");
    read(R"({"objectId":"2"})");
    EXPECT_THAT(survey_.found(), IsEmpty());
    EXPECT_EQ(survey_.refused_records(), 0U);
}

TEST_F(property_survey_test, record_that_is_settled_is_not_looked_at) {
    over_ = {2};
    custom("seets", "5");
    custom("seets", "5");
    EXPECT_EQ(only_fault().records, 1U);
    EXPECT_THAT(only_fault().places, ElementsAre("a.ndjson line 1"));
    EXPECT_EQ(survey_.refused_records(), 1U);
}

TEST_F(property_survey_test, each_fault_is_told_with_its_remedy) {
    const struct {
        const char *name, *value;
        property_fault what;
        const char *words, *place;
    } table[] = {
        {"seets", "5", property_fault::unknown,
         "HubSpot knows no custom property seets: did you mean seats?", "a.ndjson line 1"},
        {"colour", "5", property_fault::unknown, "HubSpot knows no custom property colour",
         "a.ndjson line 1"},
        {"eventName", "\"x\"", property_fault::unknown,
         "eventName is no custom property, but a field beside customProperties", "a.ndjson line 1"},
        {"old", "5", property_fault::archived, "custom property old is archived",
         "a.ndjson line 1"},
        {"sum", "5", property_fault::calculated,
         "custom property sum is calculated by HubSpot, and not set", "a.ndjson line 1"},
        {"made", "5", property_fault::read_only, "custom property made is read-only",
         "a.ndjson line 1"},
        {"seats", "\"many\"", property_fault::wrong_type,
         "custom property seats takes numbers, as 1234.5", "a.ndjson line 1: \"many\""},
        {"tier", "\"Gold\"", property_fault::wrong_option,
         "custom property tier takes one of: gold",
         "a.ndjson line 1: \"Gold\": did you mean gold?"},
        {"code", "\"abcd\"", property_fault::broken_rule,
         "custom property code has rules: MAX_LENGTH 3", "a.ndjson line 1: \"abcd\""},
    };
    for (const auto& row : table) {
        survey_ = property_survey(account());
        line_ = 0;
        custom(row.name, row.value);
        const faulty_field fault = only_fault();
        EXPECT_EQ(fault.what, row.what) << row.name;
        EXPECT_EQ(fault.words, row.words);
        EXPECT_THAT(fault.places, ElementsAre(row.place));
        EXPECT_EQ(survey_.refused_records(), 1U);
    }
}

TEST_F(property_survey_test, undocumented_field_is_told_and_not_said_to_be_refused) {
    read(R"({"objectId":"1","eventNam":"x"})");
    EXPECT_EQ(only_fault().what, property_fault::undocumented);
    EXPECT_EQ(only_fault().words, "HubSpot documents no field eventNam: did you mean eventName?");
    EXPECT_EQ(survey_.refused_records(), 0U);
    survey_ = property_survey(account());
    read(R"({"objectId":"1","seats":5})");
    EXPECT_EQ(only_fault().words, "seats is a custom property: it goes into customProperties");
}

TEST_F(property_survey_test, records_are_counted_and_the_first_places_kept) {
    for (int i = 0; i < 5; ++i) custom("seats", "\"many\"");
    read(R"({"objectId":"1","customProperties":[{"name":"old","value":"x"},)"
         R"({"name":"seats","value":"many"}]})");
    ASSERT_THAT(survey_.found(), SizeIs(2));
    EXPECT_EQ(survey_.found()[0].field, "old");
    EXPECT_EQ(survey_.found()[1].records, 6U);
    EXPECT_THAT(survey_.found()[1].places, SizeIs(3));
    EXPECT_EQ(survey_.refused_records(), 6U) << "a record with two faults is one";
}

TEST_F(property_survey_test, memory_is_bounded) {
    for (int i = 0; i < 700; ++i) custom("unheard_of_" + std::to_string(i), "5");
    EXPECT_THAT(survey_.found(), SizeIs(500));
    EXPECT_EQ(survey_.untold(), 200U);
    EXPECT_EQ(survey_.refused_records(), 700U);
}

} // namespace
} // namespace hubspool
