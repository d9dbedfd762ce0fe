#include "control/page_query.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

using fields = std::map<std::string, std::string>;

TEST(page_query, names_and_values_are_decoded) {
    EXPECT_EQ(*read_query("lane=bulk&as_of=2026-11-30T01%3A00%3A00%2B01:00"),
              (fields{{"lane", "bulk"}, {"as_of", "2026-11-30T01:00:00+01:00"}}));
    EXPECT_EQ(*read_query("a=&b"), (fields{{"a", ""}, {"b", ""}}));
    EXPECT_EQ(*read_query(""), fields());
}

TEST(page_query, what_is_none_or_has_a_name_twice_is_refused_in_words) {
    EXPECT_THAT(read_query("a=%zz").error().message, HasSubstr("is no query"));
    EXPECT_THAT(read_query("a=1&a=2").error().message, HasSubstr("has a twice"));
}

} // namespace
} // namespace hubspool
