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
    object_map objects;
    EXPECT_EQ(objects.at("1000017").number, 1000017U);
    EXPECT_EQ(objects.at("0").number, 0U);
    EXPECT_NE(objects.at("12a").number, objects.at("12b").number);
    EXPECT_EQ(objects.at("").id, "");
}

TEST(object_map, nothing_is_in_an_empty_one) {
    const object_map objects;
    objects.expect("1");
    EXPECT_EQ(objects.find("1"), nullptr);
    EXPECT_TRUE(objects.begin() == objects.end());
}

} // namespace
} // namespace hubspool::simulator
