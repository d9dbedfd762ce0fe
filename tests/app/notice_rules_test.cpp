#include "app/notify/notice_rules.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using phase = notice::phase;

const condition parked{"park", "unauthorized", "parked (unauthorized)"};
const condition held{"hold", "outcomes", "the disk is full", 1min};

notice begun(const condition& c) {
    return {c.kind, c.code, phase::begun, c.words};
}
notice over(const condition& c) {
    return {c.kind, c.code, phase::over, c.words};
}

} // namespace

TEST(notice_rules, begin_and_end_of_a_condition_are_told_once_each) {
    notice_rules rules(15min);
    EXPECT_THAT(rules.look({parked}, start), ElementsAre(begun(parked)));
    for (int minute = 1; minute < 100; ++minute)
        EXPECT_THAT(rules.look({parked}, start + minute * 1min), IsEmpty());
    EXPECT_THAT(rules.look({}, start + 100min), ElementsAre(over(parked)));
    EXPECT_THAT(rules.look({}, start + 101min), IsEmpty());
}

TEST(notice_rules, conditions_are_told_apart_by_kind_and_code) {
    notice_rules rules(15min);
    condition another = parked;
    another.code = "forbidden";
    EXPECT_THAT(rules.look({parked}, start), ElementsAre(begun(parked)));
    EXPECT_THAT(rules.look({another}, start), ElementsAre(over(parked), begun(another)));
}

TEST(notice_rules, one_that_comes_again_too_soon_waits_and_is_told_if_it_holds_then) {
    notice_rules rules(15min);
    rules.look({parked}, start);
    rules.look({}, start + 1min);
    EXPECT_THAT(rules.look({parked}, start + 2min), IsEmpty());
    EXPECT_THAT(rules.look({parked}, start + 15min), ElementsAre(begun(parked)));
    rules.look({}, start + 16min);
    rules.look({parked}, start + 17min);
    EXPECT_THAT(rules.look({}, start + 18min), IsEmpty()) << "nobody was told that it began";
}

TEST(notice_rules, what_passes_within_its_grace_is_told_to_nobody) {
    notice_rules rules(15min);
    EXPECT_THAT(rules.look({held}, start), IsEmpty());
    EXPECT_THAT(rules.look({}, start + 50s), IsEmpty());
    EXPECT_THAT(rules.look({held}, start + 55s), IsEmpty()) << "it begins anew";
    EXPECT_THAT(rules.look({held}, start + 114s), IsEmpty());
    EXPECT_THAT(rules.look({held}, start + 115s), ElementsAre(begun(held)));
}

TEST(notice_rules, end_names_what_was_told_at_the_begin) {
    notice_rules rules(15min);
    rules.look({parked}, start);
    condition later = parked;
    later.words = "parked (unauthorized) for 5m";
    rules.look({later}, start + 5min);
    EXPECT_THAT(rules.look({}, start + 6min), ElementsAre(over(parked)));
}

TEST(notice_rules, counts_are_gathered_over_the_pause) {
    notice_rules rules(15min);
    EXPECT_EQ(rules.look("rejected", 7, start), std::nullopt) << "they were there before";
    EXPECT_EQ(rules.look("rejected", 7, start + 1min), std::nullopt);
    EXPECT_EQ(rules.look("rejected", 9, start + 2min),
              (notice{"rejected", "rejected", phase::count, "2"}));
    EXPECT_EQ(rules.look("rejected", 12, start + 3min), std::nullopt);
    EXPECT_EQ(rules.look("rejected", 13, start + 17min)->words, "4");
}

TEST(notice_rules, what_somebody_has_cleared_away_does_not_hide_what_comes) {
    notice_rules rules(15min);
    rules.look("rejected", 7, start);
    rules.look("rejected", 0, start + 1min);
    EXPECT_EQ(rules.look("rejected", 1, start + 2min)->words, "1");
}

// Whatever comes and goes: begin and end take turns, two begins are a pause apart, and what holds
// for longer than pause and grace is told.
TEST(notice_rules, no_course_of_things_tells_too_much_or_too_little) {
    std::mt19937 random(::testing::UnitTest::GetInstance()->random_seed());
    for (int round = 0; round < ::hubspool::testing::random_rounds(200); ++round) {
        notice_rules rules(10min);
        std::map<std::string, boot_time> begun_at, holds_since;
        std::map<std::string, bool> told;
        bool holds[2] = {};
        for (boot_time now = start; now < start + 300min; now += 1min) {
            std::vector<condition> holding;
            for (int i = 0; i < 2; ++i) {
                if (random() % 7 == 0) holds[i] = !holds[i];
                const std::string code(1, static_cast<char>('a' + i));
                if (!holds[i]) holds_since.erase(code);
                if (!holds[i]) continue;
                holds_since.try_emplace(code, now);
                holding.push_back({"k", code, "w", i * 2min});
            }
            for (const notice& one : rules.look(holding, now)) {
                EXPECT_NE(told[one.code], one.is == phase::begun);
                told[one.code] = one.is == phase::begun;
                if (one.is != phase::begun) continue;
                const auto before = begun_at.find(one.code);
                EXPECT_TRUE(before == begun_at.end() || now - before->second >= 10min);
                begun_at[one.code] = now;
            }
            for (const auto& [code, since] : holds_since)
                EXPECT_TRUE(now - since < 12min || told[code]);
            for (const auto& [code, is_told] : told)
                EXPECT_TRUE(!is_told || holds_since.contains(code));
        }
    }
}

} // namespace hubspool
