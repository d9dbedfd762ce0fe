#include "core/records/meant_field.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hubspool {
namespace {

TEST(meant_field, is_the_documented_one_that_few_letters_make) {
    EXPECT_EQ(meant_field("eventNam"), "eventName");
    EXPECT_EQ(meant_field("EVENTNAME"), "");
    EXPECT_EQ(meant_field("EventUrl"), "eventUrl");
    EXPECT_EQ(meant_field("startDatetime"), "startDateTime");
    EXPECT_EQ(meant_field("customproperties"), "customProperties");
    EXPECT_EQ(meant_field("eventOrganiser"), "eventOrganizer");
}

TEST(meant_field, is_none_where_none_is_near) {
    for (const char* name : {"", "x", "colour", "eventCompleted", "objectTypeId"})
        EXPECT_EQ(meant_field(name), "") << name;
    EXPECT_EQ(meant_field(std::string(1 << 20, 'e')), "");
}

} // namespace
} // namespace hubspool
