#include "base/free_memory.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

namespace hubspool {
namespace {

#if defined(__GLIBC__) && !defined(HUBSPOOL_SANITIZED)
constexpr bool own_heap = true;
#else
constexpr bool own_heap = false; // another heap is in its place
#endif

std::size_t resident_pages() {
    std::ifstream in("/proc/self/statm");
    std::size_t all = 0, resident = 0;
    in >> all >> resident;
    return resident;
}

} // namespace

TEST(free_memory, between_pieces_that_are_kept_is_given_back) {
    if (!own_heap) GTEST_SKIP();
    constexpr std::size_t piece = 16U << 10, pieces = 2000;
    std::vector<std::unique_ptr<char[]>> all;
    for (std::size_t i = 0; i < pieces; ++i) {
        all.push_back(std::make_unique<char[]>(piece));
        std::memset(all.back().get(), 1, piece);
    }
    for (std::size_t i = 0; i < pieces; ++i)
        if (i % 10 != 9) all[i].reset();
    const std::size_t before = resident_pages();
    give_back_free_memory();
    EXPECT_LT(resident_pages() + pieces * piece / 4096 / 2, before);
    EXPECT_EQ(all.back()[piece - 1], 1);
}

} // namespace hubspool
