#include "base/byte_budget.hpp"
#include "base/mailbox.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <thread>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(mailbox, gives_all_that_is_there_in_order_and_is_empty_then) {
    mailbox<int> box(10);
    for (const int message : {3, 1, 2}) box.post(message);
    EXPECT_THAT(box.take_all(0ms), ElementsAre(3, 1, 2));
    EXPECT_THAT(box.take_all(0ms), IsEmpty());
}

TEST(mailbox, without_a_message_waits_as_long_as_it_may_and_no_longer) {
    mailbox<int> box(10);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(box.take_all(20ms), IsEmpty());
    EXPECT_GE(std::chrono::steady_clock::now() - began, 20ms);
}

TEST(mailbox, message_of_another_thread_ends_the_wait) {
    mailbox<int> box(10);
    std::thread other([&] { box.post(7); });
    EXPECT_THAT(box.take_all(10s), ElementsAre(7));
    other.join();
}

TEST(mailbox, takes_things_that_can_only_be_moved) {
    mailbox<std::unique_ptr<int>> box(10);
    box.post(std::make_unique<int>(5));
    auto taken = box.take_all(0ms);
    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(*taken[0], 5);
}

TEST(mailbox, several_in_one_go_leave_the_senders_list_empty_and_may_pass_the_limit) {
    mailbox<int> box(2);
    std::vector<int> many{1, 2, 3, 4};
    box.post_all(many);
    EXPECT_THAT(many, IsEmpty());
    EXPECT_THAT(box.take_all(0ms), ElementsAre(1, 2, 3, 4));
}

TEST(mailbox, full_one_holds_the_sender_until_there_is_room) {
    mailbox<int> box(2);
    std::atomic<int> posted{0};
    std::thread sender([&] {
        for (int message = 0; message < 5; ++message) {
            box.post(message);
            ++posted;
        }
    });
    std::vector<int> all;
    while (all.size() < 5) {
        // Never more than fit.
        const auto taken = box.take_all(10s);
        EXPECT_LE(taken.size(), 2U);
        all.insert(all.end(), taken.begin(), taken.end());
    }
    sender.join();
    EXPECT_EQ(posted, 5);
    EXPECT_THAT(all, ElementsAre(0, 1, 2, 3, 4));
}

TEST(mailbox, sender_that_is_bounded_by_other_means_never_waits) {
    mailbox<int> box(1);
    for (int message = 0; message < 100; ++message) box.post_now(message);
    EXPECT_EQ(box.take_all(0ms).size(), 100U);
}

TEST(mailbox, closed_one_lets_everybody_go_and_keeps_what_is_in_it) {
    mailbox<int> box(1);
    box.post(1);
    std::thread sender([&] { box.post(2); }); // there is no room
    std::thread waiter([&] { box.wait_closed(10s); });
    box.close();
    sender.join();
    waiter.join();
    EXPECT_TRUE(box.closed());
    EXPECT_THAT(box.take_all(10s), ElementsAre(1, 2));
    EXPECT_THAT(box.take_all(10s), IsEmpty()) << "and waits for nothing more";
}

TEST(mailbox, messages_wake_nobody_who_waits_for_the_close) {
    mailbox<int> box(10);
    const auto began = std::chrono::steady_clock::now();
    std::thread sender([&] { box.post(1); });
    box.wait_closed(30ms);
    EXPECT_GE(std::chrono::steady_clock::now() - began, 30ms);
    sender.join();
}

TEST(mailbox, of_many_senders_loses_and_doubles_nothing_and_keeps_each_ones_order) {
    constexpr int senders = 4, each = 2000;
    mailbox<std::pair<int, int>> box(16);
    std::vector<std::thread> threads;
    for (int sender = 0; sender < senders; ++sender)
        threads.emplace_back([&box, sender] {
            for (int i = 0; i < each; ++i) {
                std::vector<std::pair<int, int>> two{{sender, i}};
                if (i % 3 == 0)
                    box.post_all(two);
                else
                    box.post({sender, i});
            }
        });
    std::vector<int> next(senders, 0);
    for (int got = 0; got < senders * each;) {
        for (const auto& [sender, i] : box.take_all(10s)) {
            ASSERT_EQ(i, next[static_cast<std::size_t>(sender)]++);
            ++got;
        }
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_THAT(box.take_all(0ms), IsEmpty());
}

TEST(byte_budgets, intake_and_loop_never_have_more_under_way_than_they_may) {
    constexpr std::size_t limit = 4U << 20, block = 300U << 10;
    // No wake-up is lost: the intake waits for each, and one suffices.
    mailbox<int> woken(1000);
    byte_budget budget(limit, [&] { woken.post_now(1); });
    mailbox<std::size_t> blocks(1000);
    std::atomic<std::size_t> under_way{0};
    std::size_t most = 0;
    std::thread intake([&] {
        for (int i = 0; i < 200; ++i) {
            while (!budget.has_room(lane::bulk)) {
                if (woken.take_all(10s).empty()) return blocks.close();
            }
            under_way += block;
            budget.spend(block);
            blocks.post(block);
        }
        blocks.close();
    });
    std::size_t taken = 0;
    while (true) {
        const bool last = blocks.closed();
        for (const std::size_t bytes : blocks.take_all(last ? 0ms : 10s)) {
            most = std::max(most, under_way.load());
            under_way -= bytes;
            budget.account(bytes, {});
            taken += bytes;
        }
        if (last) break;
    }
    intake.join();
    EXPECT_EQ(taken, 200 * block);
    EXPECT_LE(most, (std::size_t{1} << 20) + block) << "one block beyond the megabyte";
}

} // namespace
} // namespace hubspool
