#include "core/memory/chunk_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

namespace hubspool {
namespace {

constexpr std::size_t slab_bytes = 64 * chunk_pool::chunk_bytes;

struct run {
    chunk_pool::chunk_id first;
    std::size_t count;
    char mark;
};

void fill(chunk_pool& chunks, const run& of) {
    std::memset(chunks.at(of.first), of.mark, of.count * chunk_pool::chunk_bytes);
}

bool is_whole(const chunk_pool& chunks, const run& of, std::size_t count) {
    const char* const bytes = chunks.at(of.first);
    for (std::size_t i = 0; i < count * chunk_pool::chunk_bytes; ++i)
        if (bytes[i] != of.mark) return false;
    return true;
}

} // namespace

TEST(chunk_pool, new_one_holds_nothing) {
    const chunk_pool chunks;
    EXPECT_EQ(chunks.slabs(), 0U);
    EXPECT_EQ(chunks.idle_bytes(), 0U);
}

TEST(chunk_pool, slab_holds_64_chunks_and_goes_with_the_last_of_them) {
    chunk_pool chunks;
    std::vector<chunk_pool::chunk_id> taken;
    for (int i = 0; i < 64; ++i) taken.push_back(chunks.take());
    EXPECT_EQ(chunks.slabs(), 1U);
    EXPECT_EQ(chunks.idle_bytes(), 0U);
    taken.push_back(chunks.take());
    EXPECT_EQ(chunks.slabs(), 2U);
    EXPECT_EQ(chunks.idle_bytes(), slab_bytes - chunk_pool::chunk_bytes);
    for (const chunk_pool::chunk_id chunk : taken) chunks.give_back(chunk);
    EXPECT_EQ(chunks.slabs(), 0U);
    EXPECT_EQ(chunks.idle_bytes(), 0U);
}

TEST(chunk_pool, run_comes_from_where_the_shortest_hole_fits) {
    chunk_pool chunks;
    const auto first = chunks.take(16), second = chunks.take(5), third = chunks.take(16),
               fourth = chunks.take(3), rest = chunks.take(16);
    EXPECT_EQ(chunks.take(8), rest + 16); // 64 in all
    const auto other = chunks.take(1);
    EXPECT_EQ(chunks.slabs(), 2U);
    chunks.give_back(second, 5);
    chunks.give_back(fourth, 3);
    EXPECT_EQ(chunks.take(5), second);
    EXPECT_EQ(chunks.take(2), fourth);
    EXPECT_EQ(chunks.take(1), fourth + 2);
    EXPECT_EQ(chunks.take(1), other + 1);
    EXPECT_LT(first, third);
}

TEST(chunk_pool, run_is_extended_only_where_nobody_stands_behind_it) {
    chunk_pool chunks;
    const auto first = chunks.take(4);
    EXPECT_TRUE(chunks.extend(first, 4, 7));
    const auto second = chunks.take(2);
    EXPECT_EQ(second, first + 7);
    EXPECT_FALSE(chunks.extend(first, 7, 8));
    chunks.give_back(second, 2);
    EXPECT_TRUE(chunks.extend(first, 7, 9));
    chunks.give_back(first, 9);
    EXPECT_EQ(chunks.slabs(), 0U);
}

TEST(chunk_pool, run_at_the_end_of_its_slab_is_not_extended) {
    chunk_pool chunks;
    for (int i = 0; i < 3; ++i) chunks.take(16);
    const auto last = chunks.take(15);
    EXPECT_TRUE(chunks.extend(last, 15, 16));
    chunks.give_back(last + 15, 1);
    EXPECT_FALSE(chunks.extend(last, 15, 17));
    chunks.take(16); // of another slab, which may lie behind it
    EXPECT_FALSE(chunks.extend(last, 15, 17));
}

TEST(chunk_pool, region_goes_when_nothing_in_it_is_taken_but_the_newest) {
    constexpr std::size_t in_a_region = pool_regions::region_bytes / chunk_pool::chunk_bytes;
    chunk_pool chunks;
    std::vector<chunk_pool::chunk_id> taken;
    for (std::size_t i = 0; i < 2 * in_a_region + 1; ++i) taken.push_back(chunks.take());
    EXPECT_EQ(chunks.regions(), 3U);
    const chunk_pool::chunk_id last_of_first = taken[in_a_region - 1];
    for (const chunk_pool::chunk_id chunk : taken)
        if (chunk != last_of_first) chunks.give_back(chunk);
    EXPECT_EQ(chunks.regions(), 2U); // that of the one, and the newest
    chunks.give_back(last_of_first);
    EXPECT_EQ(chunks.regions(), 1U);
    EXPECT_EQ(chunks.slabs(), 0U);
    // What is there is used again before there is more.
    for (std::size_t i = 0; i < in_a_region; ++i) taken[i] = chunks.take();
    EXPECT_EQ(chunks.regions(), 1U);
    EXPECT_EQ(chunks.idle_bytes(), 0U);
    chunks.take();
    EXPECT_EQ(chunks.regions(), 2U);
}

// Tells what was given up of it.
class watched_memory final : public region_memory {
public:
    void give_up(void* at, std::size_t bytes) override {
        std::memset(at, 0, bytes);
        given_up += bytes;
    }
    std::size_t given_up = 0;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return heap_memory()->allocate(bytes, alignment);
    }
    void do_deallocate(void* at, std::size_t bytes, std::size_t alignment) override {
        heap_memory()->deallocate(at, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

TEST(chunk_pool, few_chunks_that_stay_do_not_hold_the_memory_of_all) {
    constexpr std::size_t in_a_region = pool_regions::region_bytes / chunk_pool::chunk_bytes;
    constexpr std::size_t regions = 20;
    watched_memory memory;
    chunk_pool chunks(&memory);
    std::vector<run> kept;
    std::vector<chunk_pool::chunk_id> others;
    for (std::size_t i = 0; i < regions * in_a_region; ++i) {
        const chunk_pool::chunk_id chunk = chunks.take();
        if (i % in_a_region == in_a_region / 3) {
            kept.push_back({chunk, 1, 'k'});
            fill(chunks, kept.back());
        } else {
            others.push_back(chunk);
        }
    }
    for (int round = 0; round < 2; ++round) {
        const std::size_t before = memory.given_up;
        for (const chunk_pool::chunk_id chunk : others) chunks.give_back(chunk);
        EXPECT_EQ(chunks.regions(), regions);
        EXPECT_EQ(chunks.slabs(), kept.size());
        EXPECT_LE(chunks.empty_bytes(), chunk_pool::empty_bytes_max);
        EXPECT_EQ(memory.given_up - before + chunks.empty_bytes(),
                  regions * (pool_regions::region_bytes - slab_bytes));
        for (const run& one : kept) EXPECT_TRUE(is_whole(chunks, one, 1));
        for (chunk_pool::chunk_id& chunk : others) chunk = chunks.take(); // all can be had again
        EXPECT_EQ(chunks.regions(), regions);
        EXPECT_EQ(chunks.empty_bytes(), 0U);
    }
}

TEST(chunk_pool, runs_that_come_grow_and_go_never_meet) {
    std::mt19937_64 random(11);
    chunk_pool chunks;
    std::vector<run> runs;
    std::size_t taken = 0;
    for (int i = 0; i < 60'000; ++i) {
        const bool shrinking = i / 10'000 % 2 == 1;
        const std::uint64_t what = random() % 10;
        if (runs.empty() || what < (shrinking ? 3U : 6U)) {
            const std::size_t count = 1 + random() % (random() % 2 == 0 ? 3 : chunk_pool::run_max);
            runs.push_back({chunks.take(count), count, static_cast<char>(random())});
            fill(chunks, runs.back());
            taken += count;
            continue;
        }
        run& one = runs[random() % runs.size()];
        ASSERT_TRUE(is_whole(chunks, one, one.count));
        if (what == 9 && one.count < chunk_pool::run_max) {
            const std::size_t wanted = one.count + 1 + random() % (chunk_pool::run_max - one.count);
            if (!chunks.extend(one.first, one.count, wanted)) continue;
            taken += wanted - one.count;
            one.count = wanted;
            fill(chunks, one);
        } else {
            chunks.give_back(one.first, one.count);
            taken -= one.count;
            one = runs.back();
            runs.pop_back();
        }
        ASSERT_EQ(chunks.idle_bytes(),
                  chunks.slabs() * slab_bytes - taken * chunk_pool::chunk_bytes);
    }
    for (const run& one : runs) {
        EXPECT_TRUE(is_whole(chunks, one, one.count));
        chunks.give_back(one.first, one.count);
    }
    EXPECT_EQ(chunks.slabs(), 0U);
}

TEST(chunk_pool, holes_are_used_again_before_there_is_a_further_slab) {
    std::mt19937_64 random(12);
    chunk_pool chunks;
    std::vector<run> runs;
    std::size_t most = 0;
    for (int i = 0; i < 200'000; ++i) {
        if (runs.size() == 1000) {
            run& one = runs[random() % runs.size()];
            chunks.give_back(one.first, one.count);
            one = runs.back();
            runs.pop_back();
        }
        const std::size_t count = 3 + random() % 5;
        runs.push_back({chunks.take(count), count, 0});
        most = std::max(most, chunks.slabs());
    }
    EXPECT_LT(most, 1000 * 5 / 64 * 5 / 4);
}

TEST(pool_regions, numbers_of_a_region_that_went_are_given_to_the_next) {
    watched_memory memory;
    pool_regions regions(&memory);
    for (std::size_t i = 0; i <= pool_regions::region_slabs; ++i) EXPECT_EQ(regions.next_slab(), i);
    EXPECT_EQ(regions.count(), 2U);
    regions.use(3);
    regions.use(4);
    EXPECT_FALSE(regions.leave(3));
    EXPECT_TRUE(regions.leave(4)) << "nothing else of its region is used";
    EXPECT_FALSE(regions.stands(3));
    const auto of_the_newest = static_cast<std::uint32_t>(pool_regions::region_slabs);
    regions.use(of_the_newest);
    EXPECT_FALSE(regions.leave(of_the_newest)) << "it would be asked for again at once";
    // The rest of the newest first, then the number that is unused.
    for (std::size_t i = 1; i < pool_regions::region_slabs; ++i) regions.next_slab();
    EXPECT_EQ(regions.next_slab(), 0U);
    EXPECT_TRUE(regions.stands(3));
    EXPECT_EQ(regions.slab_numbers(), 2 * pool_regions::region_slabs);
}

} // namespace hubspool
