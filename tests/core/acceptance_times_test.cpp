#include "core/pending/block_merge.hpp"
#include "core/pending/change_joins.hpp"
#include "core/pending/pending_set.hpp"
#include "record_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace hubspool {
namespace {

using testing::record_block;

constexpr boot_time at(std::int64_t ms) {
    return boot_time(milliseconds(ms));
}

TEST(acceptance_times, of_nothing_have_no_oldest) {
    acceptance_times times;
    EXPECT_FALSE(times.oldest());
    times.opened(at(5));
    times.closed(at(5));
    EXPECT_FALSE(times.oldest());
}

TEST(acceptance_times, oldest_is_the_oldest_that_is_still_open) {
    acceptance_times times;
    for (const std::int64_t ms : {1, 1, 2, 3, 3, 2}) times.opened(at(ms));
    times.closed(at(2));
    times.closed(at(1));
    EXPECT_EQ(times.oldest(), at(1));
    times.closed(at(1));
    EXPECT_EQ(times.oldest(), at(2));
    times.closed(at(2));
    EXPECT_EQ(times.oldest(), at(3));
    times.opened(at(1)); // a clock may be anything
    EXPECT_EQ(times.oldest(), at(1));
}

// Against a walk over all objects.
TEST(acceptance_times, of_a_pending_set_tell_its_oldest_head_whatever_happens) {
    std::mt19937 random(11); // NOLINT(cert-msc51-cpp): the same story each time
    pending_set set(200);
    std::int64_t now = 1000;
    std::uint64_t records = 0;
    const std::string value = '"' + std::string(40, 'v') + '"';
    for (int step = 0; step < 20000; ++step) {
        if (random() % 3 == 0) now += random() % 3;
        const std::string id = std::to_string(random() % 20);
        object_index index = 0;
        const bool there = set.find(id, index);
        if (random() % 2 == 0) {
            record_block block(1, lane::live, ++records);
            block.record(id, {{"f" + std::to_string(random() % 9), value}});
            bool is_new = false;
            block_merge(set, block.block()).add(0, at(now), is_new);
        } else if (there && random() % 3 == 0) {
            set.at(index).frozen = !set.at(index).frozen;
            change_joins(set).merge_following(index);
        } else if (there) {
            set.drop_head(index);
        }
        std::optional<boot_time> oldest;
        set.for_each([&](object_index, const pending_object& object) {
            oldest = std::min(oldest.value_or(boot_time::max()), object.head().since);
        });
        ASSERT_EQ(set.oldest(), oldest) << "step " << step;
    }
}

} // namespace
} // namespace hubspool
