#include "core/words/fnv.hpp"
#include "core/words/object_hash.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

// Vectors of the algorithm's authors: files of earlier versions hold such sums.
TEST(fnv, sums_are_those_of_fnv_1a) {
    EXPECT_EQ(fnv_32(""), 0x811c9dc5U);
    EXPECT_EQ(fnv_32("a"), 0xe40c292cU);
    EXPECT_EQ(fnv_32("foobar"), 0xbf9cf968U);
    EXPECT_EQ(fnv_64(""), 0xcbf29ce484222325U);
    EXPECT_EQ(fnv_64("a"), 0xaf63dc4c8601ec8cU);
    EXPECT_EQ(fnv_64("foobar"), 0x85944171f73967e8U);
}

TEST(fnv, bytes_above_127_count_as_positive) {
    EXPECT_EQ(fnv_64("\xff"), (0xcbf29ce484222325U ^ 0xffU) * 0x100000001b3U);
}

TEST(object_id_hash, is_the_sum_that_files_hold) {
    EXPECT_EQ(object_id_hash("foobar"), 0x85944171f73967e8U);
}

} // namespace
} // namespace hubspool
