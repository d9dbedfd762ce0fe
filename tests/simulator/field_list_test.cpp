#include "simulator/field_list.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

class field_list_test : public ::testing::Test {
protected:
    void append(std::string_view text, bool custom, std::string_view value) {
        fields_.append(names_.find_or_add(text, custom), value);
    }
    field_list::place place_of(std::string_view text, bool custom,
                               field_list::place from = 0) const {
        return fields_.view().find(from, names_.find(text, custom));
    }
    std::string all() const {
        std::string out;
        fields_.view().for_each(names_, [&](const field_name& name, std::string_view value) {
            out += name.text + (name.custom ? "*=" : "=") + std::string(value) + " ";
        });
        return out;
    }

    field_names names_;
    field_list fields_;
};

TEST_F(field_list_test, names_stand_once_and_custom_ones_apart) {
    const auto name = names_.find_or_add("seats", false);
    for (int i = 0; i < 1000; ++i) names_.find_or_add(std::to_string(i), true);
    EXPECT_EQ(names_.find_or_add("seats", false), name);
    EXPECT_EQ(names_.find("seats", true), field_names::none);
    const auto custom = names_.find_or_add("seats", true);
    EXPECT_NE(custom, name);
    EXPECT_EQ(names_.find("seats", true), custom);
    EXPECT_FALSE(names_[name].custom);
    EXPECT_TRUE(names_[custom].custom);
    EXPECT_EQ(names_[custom].text, "seats");
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(names_[names_.find(std::to_string(i), true)].text, std::to_string(i));
}

TEST_F(field_list_test, field_is_found_wherever_the_search_begins) {
    append("a", false, "1");
    append("b", false, "22");
    append("a", true, "333");
    for (field_list::place from = 0; fields_.view().has(from); from = fields_.view().after(from)) {
        EXPECT_EQ(fields_.view().value(place_of("a", false, from)), "1");
        EXPECT_EQ(fields_.view().value(place_of("b", false, from)), "22");
        EXPECT_EQ(fields_.view().value(place_of("a", true, from)), "333");
        EXPECT_FALSE(fields_.view().has(place_of("b", true, from)));
    }
}

TEST_F(field_list_test, search_may_begin_behind_the_last_field) {
    append("a", false, "1");
    const auto end = fields_.view().after(place_of("a", false));
    EXPECT_FALSE(fields_.view().has(end));
    EXPECT_EQ(fields_.view().count(), 1U);
    EXPECT_EQ(fields_.view().value(place_of("a", false, end)), "1");
}

TEST_F(field_list_test, new_value_leaves_those_beside_it) {
    append("a", false, "\"one\"");
    append("b", true, "\"two\"");
    append("c", false, "");
    append("d", false, "true");
    fields_.set_value(place_of("b", true), "\"something longer\"");
    EXPECT_EQ(all(), "a=\"one\" b*=\"something longer\" c= d=true ");
    fields_.set_value(place_of("a", false), "1");
    fields_.set_value(place_of("c", false), "null");
    EXPECT_EQ(all(), "a=1 b*=\"something longer\" c=null d=true ");
}

TEST_F(field_list_test, long_values_and_many_fields_grow_and_shrink_in_place) {
    const auto value = [](int field, int size) {
        return std::string(size, char('a' + field % 26));
    };
    for (int field = 0; field < 300; ++field)
        append(std::to_string(field), field % 2 == 1, value(field, 1));
    for (const int size : {127, 128, 0, 20000, 16383, 16384, 5}) {
        for (int field = 0; field < 300; field += 3)
            fields_.set_value(place_of(std::to_string(field), field % 2 == 1), value(field, size));
        EXPECT_EQ(fields_.view().count(), 300U);
        for (int field = 0; field < 300; ++field)
            EXPECT_EQ(fields_.view().value(place_of(std::to_string(field), field % 2 == 1)),
                      value(field, field % 3 == 0 ? size : 1));
    }
}

TEST_F(field_list_test, copy_is_read_alike) {
    append("a", false, "1");
    append("b", true, "22");
    field_list copy;
    copy.append(names_.find("b", true), "other");
    copy.assign(fields_.view());
    EXPECT_EQ(copy.view().value(copy.view().find(0, names_.find("b", true))), "22");
    EXPECT_EQ(copy.view().count(), 2U);
}

} // namespace
} // namespace hubspool::simulator
