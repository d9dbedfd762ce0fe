#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "base/status_json.hpp"
#include "core/json/json_lookup.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <random>

namespace hubspool {
namespace {

wall_time ms(std::int64_t count) {
    return wall_time(milliseconds(count));
}

TEST(clocks, go_forward_each_by_itself) {
    const boot_time boot = boot_now();
    const wall_time wall = wall_now();
    EXPECT_GE(boot_now(), boot);
    EXPECT_GE(wall_now(), wall);
    EXPECT_GT(boot.time_since_epoch().count(), 0);
    EXPECT_GT(wall, std::chrono::sys_days(std::chrono::year(2024) / 1 / 1));
}

TEST(iso_times, are_written_to_the_millisecond_and_before_1970_too) {
    EXPECT_EQ(iso_time(ms(0)), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(iso_time(ms(-1)), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(iso_time(ms(1'796'000'400'007)), "2026-11-30T01:00:00.007Z");
    EXPECT_EQ(iso_day(ms(1'796'000'400'007)), "2026-11-30");
    EXPECT_EQ(iso_day(ms(-1)), "1969-12-31");
}

TEST(iso_times, of_any_moment_read_back_and_sort_as_the_moments_do) {
    std::mt19937_64 random(20261130);
    // From the year 1 to the year 9999.
    constexpr std::int64_t first = -62'135'596'800'000, last = 253'402'300'799'999;
    const auto any = [&] {
        return ms(first + static_cast<std::int64_t>(random() % (last - first)));
    };
    for (int round = 0; round < testing::random_rounds(3000); ++round) {
        const wall_time at = any(), other = any();
        ASSERT_EQ(parse_iso_time(iso_time(at)), at) << iso_time(at);
        ASSERT_EQ(iso_time(at) < iso_time(other), at < other);
    }
}

// A status of random figures, each of which may be missing.
daemon_status random_status(std::mt19937_64& random) {
    const auto number = [&] { return random() >> (random() % 63 + 1); };
    const auto time = [&] { return ms(static_cast<std::int64_t>(random() % 253'402'300'799'999)); };
    const auto text = [&] {
        std::string made(random() % 20, '\0');
        for (char& c : made) c = static_cast<char>(' ' + random() % 95);
        return made;
    };
    const auto is = [&] { return random() % 2 == 0; };
    daemon_status told;
    told.pid = static_cast<std::int64_t>(number());
    told.command = is() ? "run" : "drain";
    told.resting = is();
    told.stopping = is();
    told.recovering = is();
    told.pending = {number(), number(), number(), static_cast<std::int64_t>(random() % 1000), {}};
    if (is()) told.pending.oldest = time();
    told.in_flight = number();
    told.uncommitted = number();
    if (is()) told.rate_limit = number();
    told.others = number();
    if (is()) told.window = {number(), is() ? std::optional(time()) : std::nullopt};
    if (is()) {
        told.today = daemon_status::day_figures{number(), {}, {}, time()};
        if (is()) told.today->allowed = number();
        if (is()) told.today->account_remaining = number();
    }
    if (is()) told.breaker = breaker_state::open;
    if (told.breaker && is()) {
        told.failing = daemon_status::failing_state{1 + random() % 100, time(), text(), {}};
        if (is()) told.failing->probe_at = time();
    }
    for (std::uint64_t n = random() % 3; n > 0; --n)
        told.holds.push_back({"outage", text() + ".", is() ? std::optional(time()) : std::nullopt});
    if (is()) told.credential_waits = text() + ".";
    for (std::uint64_t n = random() % 3; n > 0; --n)
        told.parks.push_back({static_cast<park_reason>(random() % park_reason_count), time(),
                              text(), is() ? std::optional(time()) : std::nullopt});
    told.run = {number(),
                {number(), number(), number(), {}, number()},
                number(),
                number(),
                number(),
                number(),
                number(),
                number(),
                is() ? std::optional(time()) : std::nullopt};
    for (std::uint64_t& count : told.run.sent.times.counts) count = number();
    return told;
}

TEST(status_words, any_status_is_read_back_as_it_was_written) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(1000); ++round) {
        const daemon_status told = random_status(random);
        const std::string json = status_json(told);
        const auto read = parse_status_json(json);
        ASSERT_TRUE(read) << json;
        ASSERT_EQ(*read, told) << json;
    }
}

TEST(status_words, cut_or_spoilt_anywhere_they_do_no_harm) {
    std::mt19937_64 random(7);
    const std::string json = status_json(random_status(random));
    for (std::size_t size = 0; size < json.size(); ++size)
        EXPECT_FALSE(parse_status_json(json.substr(0, size))) << size;
    for (int round = 0; round < testing::random_rounds(2000); ++round) {
        std::string spoilt = json;
        spoilt[random() % spoilt.size()] = static_cast<char>(random());
        const auto read = parse_status_json(spoilt);
        // A number beyond all bounds is JSON, and yet no status.
        EXPECT_TRUE(!read || is_json_object(spoilt)) << spoilt;
    }
}

// Nested at random; a strict parser takes it, and each value is where it was put.
TEST(json_writers, texts_of_any_nesting_are_json_with_all_values_in_place) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(300); ++round) {
        json_writer json;
        std::vector<std::pair<std::string, std::string>> put; // pointer, text
        const auto fill = [&](const auto& self, const std::string& at, int depth) -> void {
            json.begin_object();
            for (std::uint64_t n = 0; n < random() % 5; ++n) {
                const std::string name = "k" + std::to_string(n);
                json.key(name);
                if (depth > 0 && random() % 3 == 0) {
                    self(self, at + '/' + name, depth - 1);
                } else if (random() % 4 == 0) {
                    json.begin_array().value(1).value(false).null().end_array();
                } else {
                    const std::string text = std::to_string(random()) + "\"\\\n\t";
                    json.value(text);
                    put.emplace_back(at + '/' + name, text);
                }
            }
            json.end_object();
        };
        fill(fill, "", 4);
        const json_lookup found(json.text());
        ASSERT_TRUE(found.is_object()) << json.text();
        for (const auto& [pointer, text] : put) ASSERT_EQ(found.text(pointer), text) << pointer;
    }
}

} // namespace
} // namespace hubspool
