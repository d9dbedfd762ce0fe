#include "core/byte_chain.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

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
        byte_chain chain;
        std::string expected;
        EXPECT_EQ(all(chain), "");
        for (int i = 0; i < 200; ++i) {
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
    byte_chain chain;
    chain.append("0123456789abcdef", 16);
    EXPECT_EQ(chain.bytes_apart(), 0U);
    std::size_t before = 0;
    for (std::size_t size = 17; size < 10'000; ++size) {
        chain.append("x", 1);
        EXPECT_GE(chain.bytes_apart(), before);
        EXPECT_GE(chain.bytes_apart(), size - 16);
        EXPECT_LE(chain.bytes_apart(), size + size / 7 + 144);
        before = chain.bytes_apart();
    }
}

TEST(byte_chain, moved_one_takes_its_bytes_along) {
    byte_chain first, second;
    const std::string text(1000, 't');
    first.append(text.data(), text.size());
    second.append("s", 1);
    byte_chain third(std::move(first));
    EXPECT_EQ(all(third), text);
    third = std::move(second);
    EXPECT_EQ(all(third), "s");
    third.append("+", 1);
    EXPECT_EQ(all(third), "s+");
}

} // namespace hubspool
