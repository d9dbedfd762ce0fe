// What columns, constants, forms of dates and zones of tables may be.
#include "config/text_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(csv_rules, column_goes_to_any_field_of_a_record_or_nowhere) {
    for (const char* const target :
         {"objectId", "eventName", "startDateTime", "eventCancelled", "custom:anything",
          "$hubspool.id", "$hubspool.as_of", "ignore"})
        EXPECT_EQ(csv_column_fault("A column", target), std::nullopt) << target;
}

TEST(csv_rules, column_goes_to_nothing_else) {
    for (const char* const target :
         {"", "objectid", "event_name", "custom:", "custom", "customProperties", "$hubspool",
          "$hubspool.order", "Ignore", " eventName"})
        EXPECT_NE(csv_column_fault("A column", target), std::nullopt) << target;
}

TEST(csv_rules, column_without_a_name_is_told_as_one_that_is_ignored_anyway) {
    EXPECT_EQ(csv_column_fault("", "objectId"),
              "the name of a column is empty; one without a name is ignored anyway");
}

TEST(csv_rules, misspelt_field_is_told_with_the_one_that_is_meant) {
    EXPECT_THAT(*csv_column_fault("title", "eventname"),
                StartsWith("'eventname' of column 'title' is none of HubSpot's fields (did you "
                           "mean eventName?)"));
}

// It is written from a table as custom:NAME, one by one.
TEST(csv_rules, field_of_all_custom_properties_is_never_the_one_that_is_meant) {
    EXPECT_THAT(*csv_column_fault("props", "customProperty"), Not(HasSubstr("did you mean")));
}

TEST(csv_rules, names_of_a_page_are_cut_at_sixty_bytes) {
    const std::string told = *csv_column_fault(std::string(61, 'c'), std::string(60, 't'));
    EXPECT_THAT(told, StartsWith("'" + std::string(60, 't') + "' of column '" +
                                 std::string(60, 'c') + "...' is none"));
}

TEST(csv_rules, constant_is_a_value_of_its_field) {
    EXPECT_EQ(csv_constant_fault("eventType", "WEBINAR"), std::nullopt);
    EXPECT_EQ(csv_constant_fault("eventCancelled", "false"), std::nullopt);
    EXPECT_EQ(csv_constant_fault("startDateTime", "2026-11-30T10:00:00Z"), std::nullopt);
    EXPECT_EQ(csv_constant_fault("custom:region", "EMEA"), std::nullopt);
}

TEST(csv_rules, constant_that_goes_nowhere_is_refused) {
    EXPECT_THAT(*csv_constant_fault("ignore", "x"), StartsWith("'ignore' is none of HubSpot's"));
    EXPECT_THAT(*csv_constant_fault("nothing", "x"), StartsWith("'nothing' is none of HubSpot's"));
}

TEST(csv_rules, constant_without_a_value_is_refused_with_what_to_do) {
    EXPECT_EQ(csv_constant_fault("eventName", ""),
              "eventName has no value; write one, or remove it");
}

TEST(csv_rules, constant_of_the_wrong_type_is_told_with_value_and_field) {
    EXPECT_THAT(*csv_constant_fault("eventCancelled", "perhaps"),
                StartsWith("'perhaps' of 'eventCancelled' "));
}

TEST(csv_rules, form_of_a_date_tells_day_month_and_year) {
    for (const char* const form : {"%d.%m.%Y", "%Y%m%d", "%d %b %y", "%m/%d/%Y %I:%M %p",
                                   "%d.%m.%Y %H:%M:%S", "%Y-%m-%dT%H"})
        EXPECT_EQ(csv_date_fault(form), std::nullopt) << form;
}

TEST(csv_rules, form_of_a_date_that_leaves_one_of_them_open_is_refused) {
    for (const char* const form : {"", "%d.%m.", "%m.%Y", "%d.%Y", "%H:%M", "today"})
        EXPECT_THAT(csv_date_fault(form).value_or(""), HasSubstr("a day, a month and a year"))
            << form;
}

TEST(csv_rules, form_of_a_date_knows_a_few_letters_and_no_others) {
    for (const char* const form : {"%d.%m.%Y %Z", "%d.%m.%Y%", "%D", "%e.%m.%Y"})
        EXPECT_THAT(csv_date_fault(form).value_or(""), HasSubstr("must be as in")) << form;
}

TEST(csv_rules, half_of_the_day_and_hours_up_to_twelve_go_together) {
    for (const char* const form : {"%d.%m.%Y %I:%M", "%d.%m.%Y %H:%M %p"})
        EXPECT_THAT(csv_date_fault(form).value_or(""), EndsWith("go together")) << form;
}

TEST(csv_rules, zone_of_a_table_is_named_or_none_and_never_the_accounts) {
    for (const char* const zone : {"", "UTC"})
        EXPECT_EQ(csv_zone_fault(zone), std::nullopt) << zone;
    EXPECT_EQ(csv_zone_fault("auto"),
              "must be the name of a time zone, such as UTC or Europe/Berlin, or empty");
    EXPECT_THAT(*csv_zone_fault("Nowhere/Town"),
                StartsWith("is not known here: /usr/share/zoneinfo/Nowhere/Town does not exist"));
}

} // namespace
} // namespace hubspool
