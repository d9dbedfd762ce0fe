#include "simulator/field_list.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

class field_list_test : public testing::Test {
protected:
    void append(std::string_view text, bool custom, std::string_view value) {
        fields_.append(names_.named(text, custom), value);
    }
    std::string all() const {
        std::string out;
        fields_.for_each([&](const field_name& name, std::string_view value) {
            out += name.text + (name.custom ? "*=" : "=") + std::string(value) + " ";
        });
        return out;
    }

    field_names names_;
    field_list fields_;
};

TEST_F(field_list_test, names_stand_once_and_custom_ones_apart) {
    const field_name& name = names_.named("seats", false);
    for (int i = 0; i < 100; ++i) names_.named(std::to_string(i), true);
    EXPECT_EQ(&names_.named("seats", false), &name);
    EXPECT_NE(&names_.named("seats", true), &name);
    EXPECT_TRUE(names_.named("seats", true).custom);
}

TEST_F(field_list_test, field_is_found_wherever_the_search_begins) {
    append("a", false, "1");
    append("b", false, "22");
    append("a", true, "333");
    for (field_list::place from = 0; fields_.has(from); from = fields_.after(from)) {
        EXPECT_EQ(fields_.value(fields_.find(from, "a", false)), "1");
        EXPECT_EQ(fields_.value(fields_.find(from, "b", false)), "22");
        EXPECT_EQ(fields_.value(fields_.find(from, "a", true)), "333");
        EXPECT_FALSE(fields_.has(fields_.find(from, "b", true)));
    }
}

TEST_F(field_list_test, search_may_begin_behind_the_last_field) {
    append("a", false, "1");
    const auto end = fields_.after(fields_.find(0, "a", false));
    EXPECT_FALSE(fields_.has(end));
    EXPECT_EQ(fields_.count(), 1U);
    EXPECT_EQ(fields_.value(fields_.find(end, "a", false)), "1");
}

TEST_F(field_list_test, new_value_leaves_those_beside_it) {
    append("a", false, "\"one\"");
    append("b", true, "\"two\"");
    append("c", false, "");
    append("d", false, "true");
    fields_.set_value(fields_.find(0, "b", true), "\"something longer\"");
    EXPECT_EQ(all(), "a=\"one\" b*=\"something longer\" c= d=true ");
    fields_.set_value(fields_.find(0, "a", false), "1");
    fields_.set_value(fields_.find(0, "c", false), "null");
    EXPECT_EQ(all(), "a=1 b*=\"something longer\" c=null d=true ");
}

} // namespace
} // namespace hubspool::simulator
