// Brake, breaker and parks over random stories, beside what their rules say in plain words.
#include "core/sending/brake.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/sending/park_list.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

// Deaths by the definition: more than `count`, and more than `share` of the thousand objects that
// are nearest in order of first sending, in any window of them.
bool are_too_many_by_hand(const std::set<std::uint64_t>& deaths, const brake_options& options,
                          std::uint64_t sent, std::uint32_t times) {
    const double nearest =
        static_cast<double>(std::min<std::uint64_t>(1000, std::max<std::uint64_t>(sent, 1)));
    for (const std::uint64_t first : deaths) {
        std::size_t dead = 0;
        for (const std::uint64_t place : deaths)
            dead += place >= first && place < first + 1000 ? 1 : 0;
        if (dead > std::size_t{options.count} * times &&
            static_cast<double>(dead) > options.share * times * nearest)
            return true;
    }
    return false;
}

TEST(brake_model, crosses_where_the_definition_does_and_never_for_another_category) {
    std::mt19937_64 random(20261130);
    for (int story = 0; story < testing::random_rounds(60); ++story) {
        const brake_options options{static_cast<std::uint32_t>(2 + random() % 10),
                                    0.01 + 0.01 * static_cast<double>(random() % 10)};
        brake made(options);
        std::map<std::string, std::set<std::uint64_t>> deaths;
        std::set<std::uint64_t> all;
        std::uint64_t sent = 0;
        for (int step = 0; step < 80; ++step) {
            for (std::uint64_t n = random() % 60; n > 0; --n) sent = made.first_sent();
            if (sent == 0) continue;
            const std::string category = "c" + std::to_string(random() % 3);
            std::set<std::uint64_t> places;
            for (std::uint64_t n = 1 + random() % 4; n > 0; --n)
                places.insert(sent - random() % std::min<std::uint64_t>(sent, 800));
            const std::vector<std::uint64_t> asked(places.begin(), places.end());
            std::set<std::uint64_t> together = deaths[category], in_all = all;
            together.insert(places.begin(), places.end());
            in_all.insert(places.begin(), places.end());
            const bool crosses = are_too_many_by_hand(together, options, sent, 1);
            ASSERT_EQ(made.would_cross(category, asked), crosses) << "in story " << story;
            const bool crosses_in_all = are_too_many_by_hand(in_all, options, sent, 4);
            ASSERT_EQ(made.would_cross_in_all(asked), crosses_in_all) << "in story " << story;
            if (crosses || crosses_in_all) {
                if (random() % 3 == 0) { // an operator has looked at it
                    made.reset();
                    deaths.clear();
                    all.clear();
                }
                continue;
            }
            for (const std::uint64_t place : asked) made.died(category, place);
            deaths[category] = together;
            all = in_all;
        }
    }
}

class breaker_model : public ::testing::Test {
protected:
    static circuit_breaker_options usual() {
        circuit_breaker_options options;
        options.failures = 3;
        options.initial = 1s;
        options.probe_max = 60s;
        options.connections = 8;
        return options;
    }
    moment now() {
        return {at, wall_time(at.time_since_epoch()),
                static_cast<double>(random() % 1000) / 1000.0};
    }
    std::mt19937_64 random{20261130};
    boot_time at = start;
    circuit_breaker made{usual()};
};

TEST_F(breaker_model, random_answers_never_break_its_rules) {
    for (int round = 0; round < testing::random_rounds(20000); ++round) {
        const breaker_state before = made.state();
        const std::uint32_t allowed = made.allowed();
        const std::uint32_t row = made.streak().length();
        const boot_time probe_before = made.probe_at();
        at += milliseconds(random() % 3000);
        switch (random() % 6) {
        case 0:
        case 1: {
            made.succeeded();
            ASSERT_EQ(made.state(), breaker_state::closed);
            ASSERT_EQ(made.streak().length(), 0U);
            const bool flowed =
                before == breaker_state::closed || before == breaker_state::doubtful;
            ASSERT_EQ(made.allowed(), flowed ? std::min(8U, allowed * 2) : 1U);
            break;
        }
        case 2:
        case 3: {
            const moment when = now();
            made.failed(when, "timeout");
            ASSERT_EQ(made.streak().length(), row + 1);
            ASSERT_EQ(made.allowed(), std::max(1U, allowed / 2));
            if (before == breaker_state::closed && row + 1 < 3) {
                ASSERT_EQ(made.state(), breaker_state::closed) << "too few in a row";
            } else {
                ASSERT_EQ(made.state(), breaker_state::open);
            }
            if (before == breaker_state::open && at < probe_before) {
                ASSERT_EQ(made.probe_at(), probe_before) << "it was under way when it opened";
            } else if (made.state() == breaker_state::open) {
                ASSERT_GE(made.probe_at(), at + 1s) << "never at once";
                ASSERT_LE(made.probe_at(), at + 60s);
            }
            break;
        }
        case 4:
            made.doubted(now(), "a page");
            ASSERT_NE(before == breaker_state::closed && made.state() == breaker_state::open, true)
                << "doubt alone opens nothing";
            ASSERT_EQ(made.allowed(), allowed);
            if (before == breaker_state::closed) {
                ASSERT_EQ(made.state(), row + 1 >= 3 ? breaker_state::doubtful : before);
            }
            break;
        default:
            made.probe_sent();
            ASSERT_EQ(made.state(),
                      before == breaker_state::open ? breaker_state::probing : before);
        }
        ASSERT_GE(made.allowed(), 1U);
        ASSERT_LE(made.allowed(), 8U);
    }
}

TEST_F(breaker_model, probes_that_fail_come_at_intervals_that_grow_to_the_most) {
    milliseconds longest{0};
    for (int i = 0; i < 3; ++i) made.failed(now(), "timeout");
    for (int probe = 0; probe < 200; ++probe) {
        at = made.probe_at();
        made.probe_sent();
        made.failed(now(), "timeout");
        ASSERT_EQ(made.state(), breaker_state::open);
        longest = std::max(longest, made.probe_at() - at);
    }
    EXPECT_GT(longest, 50s);
    EXPECT_LE(longest, 60s);
    made.forget();
    EXPECT_LE(made.probe_at(), at) << "an operator asks at once";
}

// Parks beside what their rules say of each.
class random_parks {
public:
    void step() {
        at_ += milliseconds(random_() % 120'000);
        const moment now{at_, wall_time(at_.time_since_epoch()), 0.5};
        switch (random_() % 7) {
        case 0:
        case 1: add(now); break;
        case 2: end(); break;
        case 3: answer(random_() % 2 == 0); break;
        case 4: postpone(now); break;
        case 5: offer_credential(); break;
        default: ask_now();
        }
    }

    void check() const {
        std::map<park_reason, wall_time> found;
        boot_time latest{};
        for (const park& p : parks_.all()) {
            found[p.reason] = p.since;
            latest = std::max(latest, p.probe_at);
            if (p.reason == park_reason::paused) {
                ASSERT_EQ(p.probe_at, boot_time::max()) << "it never probes by itself";
            }
        }
        ASSERT_EQ(found, since_);
        ASSERT_EQ(parks_.any(), !since_.empty());
        ASSERT_EQ(parks_.probe_at(), latest) << "all must allow it";
    }
    std::size_t size() const { return parks_.all().size(); }
    std::uint64_t changes() const { return parks_.changes(); }

private:
    park_reason any_reason() { return static_cast<park_reason>(random_() % park_reason_count); }

    void add(const moment& now) {
        const park_reason reason = any_reason();
        const std::uint64_t before = parks_.changes();
        std::optional<boot_time> until;
        if (random_() % 3 == 0) until = at_ + milliseconds(random_() % 3'600'000);
        parks_.add({reason, "words", until}, now);
        since_.try_emplace(reason, now.wall);
        ASSERT_TRUE(parks_.has(reason));
        ASSERT_GT(parks_.changes(), before);
        if (reason != park_reason::paused) {
            ASSERT_LE(parks_.probe_at(reason), at_ + 1h);
        }
    }
    void end() {
        const park_reason reason = any_reason();
        parks_.end(reason);
        since_.erase(reason);
        ASSERT_FALSE(parks_.has(reason));
    }
    void answer(bool delivered) {
        parks_.ended_by_answer(delivered);
        std::erase_if(since_, [&](const auto& park) {
            return park.first != park_reason::paused && park.first != park_reason::wrong_portal &&
                   (delivered || park.first != park_reason::suspect_data);
        });
    }
    void postpone(const moment& now) {
        parks_.postpone(now);
        for (const park& p : parks_.all()) {
            ASSERT_GT(p.probe_at, at_) << "each was just asked, or not due";
            ASSERT_LE(p.interval, 15min);
        }
    }
    void offer_credential() {
        parks_.probe_credential(at_);
        for (const park_reason reason : {park_reason::unauthorized, park_reason::forbidden,
                                         park_reason::wrong_portal, park_reason::misconfigured})
            if (parks_.has(reason)) {
                ASSERT_LE(parks_.probe_at(reason), at_);
            }
    }
    void ask_now() {
        parks_.probe_now(at_);
        for (const park& p : parks_.all())
            if (p.reason != park_reason::paused) {
                ASSERT_LE(p.probe_at, at_);
            }
    }

    std::mt19937_64 random_{20261130};
    park_list parks_;
    std::map<park_reason, wall_time> since_;
    boot_time at_ = start;
};

TEST(park_model, random_parks_keep_their_beginning_and_ask_no_more_often_than_they_may) {
    random_parks parks;
    for (int round = 0; round < testing::random_rounds(20000); ++round) {
        SCOPED_TRACE(round);
        const std::size_t size = parks.size();
        const std::uint64_t changes = parks.changes();
        parks.step();
        parks.check();
        if (parks.size() != size) {
            ASSERT_GT(parks.changes(), changes) << "who knows the number need not look";
        }
        if (::testing::Test::HasFatalFailure()) return;
    }
}

} // namespace
} // namespace hubspool
