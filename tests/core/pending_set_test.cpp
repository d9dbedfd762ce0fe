#include "core/change_json.hpp"
#include "core/pending_set.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace hubspool {

namespace {

constexpr std::size_t change_bytes_max = 4096;

class pending_set_test : public testing::Test {
protected:
    object_index add(const std::string& json) {
        decoded_block block;
        block.file = 1;
        decoder_.decode(json, offset_, ordinal_, ordinal_ + 1, block);
        offset_ += json.size() + 1;
        ++ordinal_;
        bool is_new = false;
        return set_.add(block, block.records.at(0), boot_time{}, is_new);
    }
    void send(object_index index) { set_.at(index).phase = object_phase::in_flight; }
    bool settle(object_index index) { return set_.drop_head(index); }

    change_decoder decoder_{{}};
    pending_set set_{change_bytes_max};
    std::uint64_t offset_ = 0, ordinal_ = 0;
};

} // namespace

TEST_F(pending_set_test, bytes_are_given_back_when_a_short_change_takes_a_long_ones_place) {
    object_index index = 0;
    for (int i = 0; i < 20; ++i) index = add(R"({"objectId":"1","eventName":"of many records"})");
    send(index);
    add(R"({"objectId":"1","eventName":"x"})");
    EXPECT_FALSE(settle(index));
    EXPECT_TRUE(settle(index));
    EXPECT_EQ(set_.bytes(), 0U);
}

TEST_F(pending_set_test, bytes_are_given_back_when_the_following_change_is_merged) {
    const object_index index = add(R"({"objectId":"1","eventName":"of one record"})");
    send(index);
    for (int i = 0; i < 20; ++i) add(R"({"objectId":"1","eventName":"of many records"})");
    set_.at(index).phase = object_phase::waiting;
    set_.merge_following(index);
    EXPECT_TRUE(settle(index));
    EXPECT_EQ(set_.bytes(), 0U);
}

TEST_F(pending_set_test, bytes_are_zero_whenever_nothing_is_pending) {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        for (int step = 0; step < 60; ++step) {
            const auto id = random() % 4 + 1;
            const object_index index =
                add(fmt::format(R"({{"objectId":"{}","eventName":"{}","$hubspool":{{"id":"{}"}}}})",
                                id, std::string(random() % 300, 'x'), random() % 1000));
            switch (random() % 4) {
            case 0: send(index); break;
            case 1: settle(index); break;
            case 2:
                set_.at(index).phase = object_phase::waiting;
                set_.merge_following(index);
                break;
            default: break;
            }
        }
        for (unsigned id = 1; id <= 4; ++id) {
            object_index index = 0;
            while (set_.find(std::to_string(id), index)) settle(index);
        }
        ASSERT_EQ(set_.records(), 0U);
        ASSERT_EQ(set_.bytes(), 0U) << "round " << round;
    }
}

} // namespace hubspool
