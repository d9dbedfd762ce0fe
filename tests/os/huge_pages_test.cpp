#include "os/huge_pages.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <vector>

namespace hubspool {
namespace {

constexpr std::size_t page = huge_page_memory::page_bytes;

bool is_aligned(const void* at) {
    return reinterpret_cast<std::uintptr_t>(at) % page == 0;
}

} // namespace

TEST(huge_pages, what_is_large_stands_in_pages_of_its_own) {
    huge_page_memory memory;
    std::vector<void*> got;
    for (int i = 0; i < 8; ++i) { // also beyond what is left to usual pages
        got.push_back(memory.allocate(page + 1));
        EXPECT_TRUE(is_aligned(got.back()));
        std::memset(got.back(), i, page + 1);
    }
    EXPECT_GT(memory.held(), huge_page_memory::usual_until);
    EXPECT_EQ(memory.held(), got.size() * 2 * page);
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(static_cast<const char*>(got[i])[0], static_cast<char>(i));
        EXPECT_EQ(static_cast<const char*>(got[i])[page], static_cast<char>(i));
        memory.deallocate(got[i], page + 1);
    }
    EXPECT_EQ(memory.held(), 0U);
}

TEST(huge_pages, what_is_given_up_stays_allocated) {
    huge_page_memory memory;
    auto* const got = static_cast<char*>(memory.allocate(page, page));
    std::memset(got, 1, page);
    memory.give_up(got + page / 2, page / 2);
    EXPECT_EQ(memory.held(), page);
    EXPECT_EQ(got[page / 2 - 1], 1);
    EXPECT_EQ(got[page / 2], 0);
    got[page - 1] = 2;
    EXPECT_EQ(got[page - 1], 2);
    memory.deallocate(got, page, page);
}

TEST(huge_pages, what_is_small_comes_from_the_heap) {
    huge_page_memory memory;
    std::pmr::vector<int> numbers(&memory);
    for (int i = 0; i < 1000; ++i) numbers.push_back(i);
    EXPECT_EQ(memory.held(), 0U);
    numbers.resize(page / sizeof(int));
    EXPECT_EQ(memory.held(), page);
    EXPECT_TRUE(is_aligned(numbers.data()));
    EXPECT_EQ(numbers[999], 999);
}

TEST(huge_pages, half_a_page_is_large_and_a_byte_less_is_small) {
    huge_page_memory memory;
    void* const small = memory.allocate(page / 2 - 1);
    EXPECT_EQ(memory.held(), 0U);
    void* const large = memory.allocate(page / 2);
    EXPECT_EQ(memory.held(), page);
    memory.deallocate(large, page / 2);
    memory.deallocate(small, page / 2 - 1);
    EXPECT_EQ(memory.held(), 0U);
}

TEST(huge_pages, whole_number_of_pages_takes_not_one_more) {
    huge_page_memory memory;
    void* const got = memory.allocate(2 * page);
    EXPECT_EQ(memory.held(), 2 * page);
    memory.deallocate(got, 2 * page);
}

TEST(huge_pages, what_needs_a_wider_alignment_than_a_page_comes_from_the_heap) {
    huge_page_memory memory;
    void* const got = memory.allocate(page, 2 * page);
    EXPECT_EQ(memory.held(), 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(got) % (2 * page), 0U);
    memory.deallocate(got, page, 2 * page);
}

TEST(huge_pages, memory_is_that_of_its_own_object_alone) {
    const huge_page_memory one, other;
    EXPECT_TRUE(one.is_equal(one));
    EXPECT_FALSE(one.is_equal(other));
}

TEST(huge_pages, more_than_there_is_cannot_be_had) {
    huge_page_memory memory;
    EXPECT_THROW((void)memory.allocate(std::size_t{1} << 60), std::bad_alloc);
    EXPECT_EQ(memory.held(), 0U);
}

} // namespace hubspool
