#include "core/pending/field_buffer.hpp"
#include "counted_memory.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {
namespace {

void append(field_buffer& to, const std::string& text) {
    char* const at = to.room(text.size());
    std::copy(text.begin(), text.end(), at);
    to.took(at + text.size());
}

std::string text_of(const field_buffer& of) {
    return of.empty() ? std::string() : std::string(of.data(), of.end());
}

TEST(field_buffer, new_one_holds_nothing_and_costs_nothing) {
    field_store store;
    const field_buffer with(&store), without(nullptr);
    EXPECT_TRUE(with.empty());
    EXPECT_EQ(with.bytes_apart(), 0U);
    EXPECT_EQ(without.bytes_apart(), 0U);
    EXPECT_EQ(store.chunks.slabs(), 0U);
}

TEST(field_buffer, grows_in_chunks_up_to_a_kilobyte_and_then_on_the_heap) {
    field_store store;
    field_buffer made(&store);
    std::string all;
    for (int i = 0; i < 100; ++i) {
        const std::string part(50, static_cast<char>('a' + i % 26));
        append(made, part);
        all += part;
        ASSERT_EQ(text_of(made), all);
        const bool is_in_chunks = made.bytes_apart() <= 1024;
        EXPECT_EQ(store.chunks.slabs() > 0, is_in_chunks) << all.size();
    }
    EXPECT_LT(made.bytes_apart(), all.size() + all.size() / 4 + 64);
}

TEST(field_buffer, moved_takes_its_bytes_along_and_gives_the_others_back) {
    field_store store;
    field_buffer one(&store), other(&store);
    append(one, "one");
    append(other, std::string(300, 'o'));
    one = std::move(other);
    EXPECT_EQ(text_of(one), std::string(300, 'o'));
    const field_buffer made(std::move(one));
    EXPECT_EQ(text_of(made), std::string(300, 'o'));
    EXPECT_EQ(store.chunks.slabs(), 1U) << "nothing was left behind";
}

TEST(field_buffer, what_goes_leaves_no_chunk_taken) {
    field_store store;
    {
        std::vector<field_buffer> many;
        for (int i = 0; i < 500; ++i) {
            many.emplace_back(&store);
            append(many.back(), std::string(static_cast<std::size_t>(i) * 3, 'x'));
        }
        EXPECT_GT(store.chunks.slabs(), 10U);
    }
    EXPECT_EQ(store.chunks.slabs(), 0U);
    EXPECT_EQ(store.chunks.idle_bytes(), 0U);
}

// Many that grow, shrink to nothing and move about, beside strings.
TEST(field_buffer, any_that_grow_and_go_side_by_side_keep_their_own_bytes) {
    std::mt19937_64 random(20261130);
    testing::counted_memory memory;
    {
        field_store store(&memory);
        std::vector<std::pair<std::unique_ptr<field_buffer>, std::string>> all;
        for (int round = 0; round < testing::random_rounds(20000); ++round) {
            const std::uint64_t what = random() % 8;
            if (all.empty() || what == 0) {
                all.emplace_back(
                    std::make_unique<field_buffer>(random() % 9 == 0 ? nullptr : &store), "");
                continue;
            }
            auto& [buffer, text] = all[random() % all.size()];
            if (what == 1) {
                buffer.reset();
                std::swap(all.back(), *std::find_if(all.begin(), all.end(),
                                                    [](const auto& e) { return !e.first; }));
                all.pop_back();
            } else {
                std::string part(random() % 120, ' ');
                for (char& c : part) c = static_cast<char>(random());
                append(*buffer, part);
                text += part;
                ASSERT_EQ(text_of(*buffer), text) << "in round " << round;
            }
        }
        for (const auto& [buffer, text] : all) ASSERT_EQ(text_of(*buffer), text);
    }
    EXPECT_EQ(memory.bytes, 0U) << "all of it was given back";
}

} // namespace
} // namespace hubspool
