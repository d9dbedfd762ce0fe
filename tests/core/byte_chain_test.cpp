#include "core/memory/byte_chain.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {
namespace {

std::string all(const byte_chain& chain) {
    std::string text;
    byte_chain::reader at(chain);
    while (!at.at_end()) text.push_back(at.next());
    EXPECT_EQ(text.size(), chain.size());
    return text;
}

} // namespace

TEST(byte_chain, bytes_come_back_however_they_were_appended) {
    std::mt19937_64 random(5);
    for (std::size_t piece_max : {1U, 3U, 20U, 300U, 100'000U}) {
        chunk_pool chunks;
        byte_chain chain(chunks);
        std::string expected;
        EXPECT_EQ(all(chain), "");
        for (int i = 0; i < testing::random_rounds(200); ++i) {
            const std::string piece(random() % (piece_max + 1), static_cast<char>(random()));
            chain.append(piece.data(), piece.size());
            expected += piece;
            chain.bring_near();
            if (i % 10 == 0) {
                EXPECT_EQ(all(chain), expected);
            }
        }
        EXPECT_EQ(all(chain), expected);
    }
}

TEST(byte_chain, few_bytes_need_no_memory_and_many_little_more_than_they_are) {
    chunk_pool chunks;
    byte_chain chain(chunks);
    chain.append("0123456789ab", 12);
    EXPECT_EQ(chain.bytes_apart(), 0U);
    EXPECT_EQ(chunks.slabs(), 0U);
    for (std::size_t size = 13; size < 10'000; ++size) {
        chain.append("x", 1);
        EXPECT_GE(chain.bytes_apart(), size - 12);
        EXPECT_LE(chain.bytes_apart(), size + size / 15 + 64);
    }
    EXPECT_LE(chunks.slabs() * 64 * 64, chain.bytes_apart() + 64 * 64);
}

TEST(byte_chain, moved_one_takes_its_bytes_along) {
    chunk_pool chunks;
    byte_chain first(chunks), second(chunks);
    const std::string text(1000, 't');
    first.append(text.data(), text.size());
    second.append("s", 1);
    byte_chain third(std::move(first));
    EXPECT_EQ(all(third), text);
    third = std::move(second);
    EXPECT_EQ(all(third), "s");
    EXPECT_EQ(chunks.slabs(), 0U);
    third.append("+", 1);
    EXPECT_EQ(all(third), "s+");
}

TEST(byte_chain, many_that_come_and_go_share_chunks_and_give_them_all_back) {
    std::mt19937_64 random(7);
    chunk_pool chunks;
    {
        std::vector<byte_chain> chains;
        std::vector<std::string> expected;
        for (int i = 0; i < 300; ++i) {
            chains.emplace_back(chunks);
            expected.emplace_back();
        }
        for (int i = 0; i < 30'000; ++i) {
            const std::size_t n = random() % chains.size();
            if (random() % 20 == 0) {
                chains[n] = byte_chain(chunks);
                expected[n].clear();
            }
            const std::string piece(random() % 40, static_cast<char>(random()));
            chains[n].append(piece.data(), piece.size());
            expected[n] += piece;
        }
        for (std::size_t n = 0; n < chains.size(); ++n) EXPECT_EQ(all(chains[n]), expected[n]);
        EXPECT_GT(chunks.slabs(), 0U);
    }
    EXPECT_EQ(chunks.slabs(), 0U);
}

} // namespace hubspool
