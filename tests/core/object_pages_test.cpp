#include "core/pending/object_pages.hpp"
#include "counted_memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace hubspool {

namespace {

using testing::counted_memory;
constexpr std::size_t page_objects = object_pages::page_objects;

std::vector<object_index> take(object_pages& pages, std::size_t count) {
    std::vector<object_index> taken(count);
    for (object_index& each : taken) each = pages.take();
    return taken;
}

} // namespace

TEST(object_pages, a_place_that_was_given_back_is_taken_next_and_new_again) {
    counted_memory memory;
    object_pages pages(&memory);
    const auto taken = take(pages, 3);
    pages.at(taken[1]).id = "an id that is too long to stand in the string itself";
    pages.at(taken[1]).ticket = 7;
    pages.give_back(taken[1]);
    EXPECT_EQ(pages.take(), taken[1]);
    EXPECT_EQ(pages.at(taken[1]).id.capacity(), std::string().capacity()) << "its memory is gone";
    EXPECT_EQ(pages.at(taken[1]).ticket, 0U);
}

TEST(object_pages, a_page_goes_with_its_last_object_and_its_places_are_known_to_be_gone) {
    counted_memory memory;
    object_pages pages(&memory);
    const auto first = take(pages, page_objects);
    const auto second = take(pages, page_objects);
    EXPECT_EQ(memory.bytes, 2 * object_pages::page_bytes);
    EXPECT_EQ(pages.idle_bytes(), 0U);

    constexpr std::size_t half = page_objects / 2; // of a page: room that others can live on
    for (std::size_t i = 0; i < half; ++i) pages.give_back(first[i]);
    for (const object_index index : second) pages.give_back(index);
    EXPECT_EQ(memory.bytes, object_pages::page_bytes);
    EXPECT_EQ(pages.idle_bytes(), half * sizeof(pending_object));
    EXPECT_EQ(pages.find(second.back()), nullptr);
    EXPECT_EQ(pages.find(first.back()), &pages.at(first.back()));

    EXPECT_EQ(take(pages, half).back(), first.front());
    const object_index again = pages.take();
    EXPECT_EQ(again, second.front()) << "numbers are used again";
    EXPECT_EQ(pages.find(second.back()), nullptr) << "nothing was made there since";
}

TEST(object_pages, one_page_with_room_stays_for_objects_that_come_and_go) {
    counted_memory memory;
    {
        object_pages pages(&memory);
        for (int i = 0; i < 3; ++i) {
            const auto all = take(pages, 3 * page_objects);
            for (const object_index index : all) pages.give_back(index);
            EXPECT_EQ(memory.bytes, object_pages::page_bytes);
            EXPECT_EQ(pages.idle_bytes(), page_objects * sizeof(pending_object));
        }
    }
    EXPECT_EQ(memory.bytes, 0U);
}

TEST(object_pages, a_few_objects_that_come_and_go_at_the_end_of_a_page_make_no_new_ones) {
    counted_memory memory;
    object_pages pages(&memory);
    std::vector<object_index> taken = take(pages, page_objects + 1);
    EXPECT_EQ(memory.allocations, 2U);
    for (int i = 0; i < 100; ++i) {
        pages.give_back(taken.front());
        pages.give_back(taken.back());
        taken.front() = pages.take();
        taken.back() = pages.take();
    }
    EXPECT_EQ(memory.allocations, 2U);
}

TEST(object_pages, objects_stay_themselves_while_others_come_and_go) {
    std::mt19937_64 random(3);
    counted_memory memory;
    object_pages pages(&memory);
    std::map<object_index, std::uint64_t> tickets;
    std::vector<object_index> taken;
    for (std::uint64_t i = 1; i < 200'000; ++i) {
        const bool shrinking = i / 50'000 % 2 == 1;
        if (taken.empty() || random() % 10 < (shrinking ? 2U : 8U)) {
            const object_index index = pages.take();
            ASSERT_TRUE(tickets.emplace(index, i).second) << "it was taken";
            pages.at(index).ticket = i;
            taken.push_back(index);
            continue;
        }
        object_index& one = taken[random() % taken.size()];
        ASSERT_EQ(pages.at(one).ticket, tickets.at(one));
        pages.give_back(one);
        tickets.erase(one);
        one = taken.back();
        taken.pop_back();
    }
    for (const auto& [index, ticket] : tickets) EXPECT_EQ(pages.find(index)->ticket, ticket);
    const std::size_t standing = memory.bytes / object_pages::page_bytes;
    EXPECT_EQ(pages.idle_bytes(),
              (standing * page_objects - taken.size()) * sizeof(pending_object));
    while (!taken.empty()) {
        pages.give_back(taken.back());
        taken.pop_back();
    }
    EXPECT_EQ(memory.bytes, object_pages::page_bytes);
}

} // namespace hubspool
