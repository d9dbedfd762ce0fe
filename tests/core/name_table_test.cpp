#include "core/memory/name_table.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hubspool {
namespace {

TEST(name_table, equal_names_have_one_number_from_one) {
    name_table table;
    EXPECT_EQ(table.number_of("eventName"), 1U);
    EXPECT_EQ(table.number_of("city"), 2U);
    EXPECT_EQ(table.number_of(std::string("event") + "Name"), 1U);
    EXPECT_EQ(table.name_of(2), "city");
}

TEST(name_table, names_that_differ_by_case_or_are_empty_are_names_too) {
    name_table table;
    EXPECT_NE(table.number_of("City"), table.number_of("city"));
    const std::uint32_t empty = table.number_of("");
    EXPECT_NE(empty, 0U);
    EXPECT_EQ(table.name_of(empty), "");
}

TEST(name_table, names_too_long_are_not_taken) {
    name_table table;
    EXPECT_NE(table.number_of(std::string(256, 'n')), 0U);
    EXPECT_EQ(table.number_of(std::string(257, 'n')), 0U);
}

TEST(name_table, full_table_takes_no_more_and_forgets_nothing) {
    name_table table;
    std::vector<std::string> names;
    std::uint32_t number = 0;
    while ((number = table.number_of("field" + std::to_string(names.size()))) != 0) {
        ASSERT_LT(names.size(), 100'000U) << "a table without a limit";
        names.push_back("field" + std::to_string(names.size()));
        ASSERT_EQ(number, names.size());
    }
    EXPECT_GE(names.size(), 1000U);
    for (std::uint32_t i = 0; i < names.size(); ++i) {
        EXPECT_EQ(table.name_of(i + 1), names[i]);
        EXPECT_EQ(table.number_of(names[i]), i + 1);
    }
}

} // namespace
} // namespace hubspool
