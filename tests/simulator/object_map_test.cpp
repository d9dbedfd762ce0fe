#include "simulator/object_map.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

namespace hubspool::simulator {
namespace {

TEST(object_map, every_object_is_found_again_where_it_was_made) {
    object_map objects;
    std::vector<object_state*> made;
    for (int i = 0; i < 20000; ++i) {
        const auto id = "id" + std::to_string(i);
        EXPECT_EQ(objects.find(id), nullptr);
        objects.expect(id);
        made.push_back(&objects.at(id));
    }
    for (int i = 0; i < 20000; ++i) {
        const auto id = "id" + std::to_string(i);
        EXPECT_EQ(&objects.at(id), made[i]);
        EXPECT_EQ(objects.find(id), made[i]);
        EXPECT_EQ(made[i]->id, id);
    }
    EXPECT_EQ(std::distance(objects.begin(), objects.end()), 20000);
}

TEST(object_map, number_is_that_of_the_id) {
    EXPECT_EQ(number_of("1000017"), 1000017U);
    EXPECT_EQ(number_of("0"), 0U);
    EXPECT_NE(number_of("12a"), number_of("12b"));
    EXPECT_EQ(number_of(""), number_of(""));
}

TEST(object_map, fields_stay_with_their_object_as_they_grow_and_shrink) {
    object_map objects;
    EXPECT_EQ(objects.at("0").fields().count(), 0U);
    const auto value = [](int id, int size) { return std::string(size, char('a' + id % 26)); };
    for (const int size : {10, 200, 3, 0, 70000, 20}) {
        for (int id = 0; id < 100; ++id) {
            field_list fields;
            fields.append(7, value(id, size));
            objects.set_fields(objects.at(std::to_string(id)), fields);
        }
        for (int id = 0; id < 100; ++id) {
            const auto fields = objects.find(std::to_string(id))->fields();
            EXPECT_EQ(fields.value(fields.find(0, 7)), value(id, size));
            EXPECT_EQ(fields.count(), 1U);
        }
    }
}

TEST(object_map, nothing_is_in_an_empty_one) {
    const object_map objects;
    objects.expect("1");
    EXPECT_EQ(objects.find("1"), nullptr);
    EXPECT_TRUE(objects.begin() == objects.end());
}

} // namespace
} // namespace hubspool::simulator
