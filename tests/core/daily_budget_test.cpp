#include "core/limits/daily_budget.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr wall_time midnight{1'800'000'000s};
constexpr quota_day today{midnight, start + 10h};
constexpr quota_day tomorrow{midnight + 24h, start + 34h};

moment at(boot_time boot) {
    return {boot, midnight - (today.ends_at - boot), 0.5};
}

class budget : public ::testing::Test {
protected:
    budget() { made.set_day(today, at(start)); }

    void use(std::optional<std::uint32_t> requests, double reserve) {
        made = daily_budget({requests, reserve});
        made.set_day(today, at(start));
    }
    void send(int times) {
        for (int i = 0; i < times; ++i) made.sent();
    }
    // The header of the answer to the request that was sent last.
    void told(std::uint32_t limit, std::uint32_t remaining, boot_time at = start) {
        made.told(limit, remaining, at, made.count().used, at);
    }

    daily_budget made{{}};
};

TEST_F(budget, of_unknown_size_is_counted_and_never_spent) {
    send(100'000);
    EXPECT_EQ(made.ready_at(start), start);
    EXPECT_EQ(made.count().used, 100'000U);
    EXPECT_EQ(made.account().ours(), std::nullopt);
}

TEST_F(budget, reserve_of_the_configured_number_is_not_sent_until_the_day_is_over) {
    use(100, 0.2);
    send(79);
    EXPECT_EQ(made.ready_at(start), start);
    send(1);
    EXPECT_EQ(made.ready_at(start), today.ends_at);
    EXPECT_THAT(made.spent().value_or(""), HasSubstr("80 requests of 100"));
    made.set_day(tomorrow, at(today.ends_at));
    EXPECT_EQ(made.ready_at(today.ends_at), today.ends_at);
    EXPECT_EQ(made.count().used, 0U);
}

TEST_F(budget, header_gives_the_size_when_none_is_configured) {
    send(1);
    told(1000, 999);
    EXPECT_EQ(made.account().ours(), 800U);
    send(799);
    EXPECT_EQ(made.ready_at(start), today.ends_at);
    made.set_day(tomorrow, at(today.ends_at));
    EXPECT_EQ(made.account().ours(), 800U); // also before the first answer of the day
}

TEST_F(budget, requests_of_others_count_and_the_reserve_is_left_to_them) {
    send(10);
    told(1000, 201);
    EXPECT_EQ(made.ready_at(start), start);
    send(1); // 200 are left now
    EXPECT_EQ(made.ready_at(start), today.ends_at);
    EXPECT_THAT(made.spent().value_or(""), HasSubstr("of the account's 1000 requests"));
}

TEST_F(budget, header_that_says_more_than_before_corrects_the_accounts_count_and_not_our_own) {
    use(100, 0.2);
    send(10);
    told(1000, 100);
    EXPECT_TRUE(made.spent());
    told(1000, 900); // the account's day has ended, whatever our time zone says
    EXPECT_FALSE(made.spent());
    EXPECT_EQ(made.count().used, 10U);
}

TEST_F(budget, answers_that_overtake_each_other_leave_the_newest_number) {
    send(5);
    made.told(1000, 300, start, 5, start);
    made.told(1000, 900, start, 2, start);
    EXPECT_EQ(made.account().remaining(), 300U);
}

TEST_F(budget, answer_to_a_request_of_yesterday_says_nothing_of_today) {
    send(5);
    made.set_day(tomorrow, at(today.ends_at));
    made.told(1000, 0, today.ends_at - 1s, 5, today.ends_at + 1s);
    EXPECT_FALSE(made.spent());
}

TEST_F(budget, header_right_after_midnight_may_speak_of_yesterday_and_is_asked_again_soon) {
    made.set_day(tomorrow, at(today.ends_at));
    EXPECT_TRUE(made.just_begun(today.ends_at + 1min));
    send(1);
    told(1000, 0, today.ends_at + 2s);
    EXPECT_EQ(made.ready_at(today.ends_at + 3s), today.ends_at + 2s + 1min);
    told(1000, 0, today.ends_at + 20min);
    EXPECT_EQ(made.ready_at(today.ends_at + 21min), tomorrow.ends_at);
}

TEST_F(budget, day_that_is_over_sends_nothing_before_the_next_is_told) {
    EXPECT_EQ(made.ready_at(today.ends_at - 1ms), today.ends_at - 1ms);
    EXPECT_EQ(made.ready_at(today.ends_at), boot_time::max());
    made.set_day(tomorrow, at(today.ends_at + 1s));
    EXPECT_EQ(made.ready_at(today.ends_at + 1s), today.ends_at + 1s);
}

TEST_F(budget, clock_that_was_set_back_keeps_the_count_and_the_day_still_ends) {
    use(100, 0.2);
    send(80);
    const quota_day yesterday{midnight - 24h, start + 1h};
    made.set_day(yesterday, at(start + 1min));
    EXPECT_EQ(made.ready_at(start + 1min), yesterday.ends_at);
    made.set_day(today, at(start + 1h));
    EXPECT_EQ(made.ready_at(start + 1h), start + 1h);
}

TEST_F(budget, time_zone_that_becomes_known_after_the_start_keeps_the_count) {
    const quota_day earlier{midnight - 5h, start + 5h}, later{midnight + 5h, start + 15h};
    for (const quota_day& in_the_zone : {earlier, later}) {
        use(100, 0.2); // reckoned in UTC
        made.restore({in_the_zone.ends, 50}, at(start).wall);
        EXPECT_EQ(made.count().used, 50U);
        made.set_day(in_the_zone, at(start + 1s));
        EXPECT_EQ(made.count().used, 50U);
        EXPECT_EQ(made.wanted()->ends, in_the_zone.ends);
        made.set_day({in_the_zone.ends + 24h, in_the_zone.ends_at + 24h}, at(in_the_zone.ends_at));
        EXPECT_EQ(made.count().used, 0U);
    }
}

TEST_F(budget, count_of_a_day_that_is_over_is_not_restored) {
    made.restore({at(start).wall, 50}, at(start).wall);
    EXPECT_EQ(made.count().used, 0U);
}

TEST_F(budget, nothing_is_sent_that_is_not_durable_ahead) {
    made.restore({midnight, 7}, at(start).wall);
    EXPECT_EQ(made.ready_at(start), boot_time::max());
    const auto wanted = made.wanted();
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->ends, midnight);
    EXPECT_GT(wanted->used, 7U);
    EXPECT_FALSE(made.wanted()); // it is on its way
    made.durable(*wanted);
    for (std::uint64_t sent = 7; sent < wanted->used; ++sent) {
        EXPECT_EQ(made.ready_at(start), start);
        made.sent();
    }
    EXPECT_EQ(made.ready_at(start), boot_time::max());
    EXPECT_TRUE(made.wanted());
}

TEST_F(budget, after_a_crash_is_never_too_low_and_too_high_by_less_than_a_lease) {
    made.restore({midnight, 0}, at(start).wall);
    std::uint64_t durable = 0;
    for (std::uint64_t sent = 0; sent < 1000; ++sent) {
        if (const auto wanted = made.wanted()) {
            made.durable(*wanted);
            durable = wanted->used;
        }
        ASSERT_EQ(made.ready_at(start), start);
        made.sent();
        ASSERT_GE(durable, made.count().used);
        ASSERT_LE(durable, made.count().used + 64);
    }
}

TEST_F(budget, no_more_is_asked_for_than_may_be_sent) {
    use(10, 0.2);
    made.restore({midnight, 6}, at(start).wall);
    EXPECT_EQ(made.wanted()->used, 8U);
    EXPECT_FALSE(made.wanted());
    made.durable({midnight, 8});
    send(2);
    EXPECT_FALSE(made.wanted());
    EXPECT_EQ(made.ready_at(start), today.ends_at);
}

TEST_F(budget, that_crashes_at_each_start_counts_little_away) {
    std::uint64_t durable = 0;
    for (int crash = 0; crash < 10; ++crash) {
        use(100, 0.2);
        made.restore({midnight, durable}, at(start).wall);
        durable = made.wanted()->used;
    }
    EXPECT_EQ(durable, 40U);
}

TEST_F(budget, durable_count_of_a_day_that_is_over_does_not_hold) {
    use(100, 0.2);
    made.restore({midnight - 24h, 80}, at(start).wall);
    EXPECT_EQ(made.count().used, 0U);
    use(100, 0.2);
    made.restore({midnight, 80}, at(start).wall);
    EXPECT_TRUE(made.spent());
}

TEST(count_lease, covers_what_is_durable_once_it_has_begun) {
    count_lease lease;
    EXPECT_TRUE(lease.covers_next(1000));
    EXPECT_FALSE(lease.wanted(0, std::nullopt));
    lease.begin();
    lease.reset(7);
    EXPECT_TRUE(lease.covers_next(6));
    EXPECT_FALSE(lease.covers_next(7));
    lease.became_durable(5); // an older word, that comes late
    EXPECT_TRUE(lease.covers_next(6));
}

TEST(count_lease, asks_for_twice_as_much_each_time_before_half_is_used_up) {
    count_lease lease;
    lease.begin();
    std::vector<std::uint64_t> asked_at;
    for (std::uint64_t used = 0; asked_at.size() < 7; ++used)
        if (const auto wanted = lease.wanted(used, std::nullopt)) {
            asked_at.push_back(used);
            EXPECT_EQ(*wanted, used + std::min<std::uint64_t>(4U << (asked_at.size() - 1), 64));
        }
    EXPECT_THAT(asked_at, ::testing::ElementsAre(0, 2, 6, 14, 30, 62, 94));
}

TEST(account_quota, part_of_ours_is_what_the_reserve_leaves_and_one_at_least) {
    const struct {
        std::optional<std::uint32_t> configured, told;
        double reserve;
        std::optional<std::uint64_t> ours;
    } table[] = {{std::nullopt, std::nullopt, 0.2, std::nullopt},
                 {std::nullopt, 1000, 0.2, 800},
                 {100, 1000, 0.2, 80}, // what is configured goes before the header
                 {100, std::nullopt, 0.0, 100},
                 {1, std::nullopt, 0.9, 1}};
    for (const auto& row : table) {
        account_quota quota({row.configured, row.reserve});
        if (row.told) quota.learn(*row.told);
        EXPECT_EQ(quota.ours(), row.ours) << row.configured.value_or(0);
    }
}

TEST(account_quota, requests_sent_since_the_header_was_written_are_taken_from_what_is_left) {
    account_quota quota({std::nullopt, 0.2});
    EXPECT_FALSE(quota.is_left_to_others(100));
    quota.told({1000, 210, 50, start});
    EXPECT_FALSE(quota.is_left_to_others(59));
    EXPECT_TRUE(quota.is_left_to_others(60));
    quota.begin_day();
    EXPECT_FALSE(quota.is_left_to_others(60));
    EXPECT_EQ(quota.remaining(), std::nullopt);
}

} // namespace
} // namespace hubspool
