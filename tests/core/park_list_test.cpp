#include "core/sending/park_list.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

moment at(milliseconds after) {
    return {start + after, wall_time(milliseconds(1'700'000'000'000) + after), 0.5};
}

park_request because(park_reason reason, std::optional<boot_time> until = {}) {
    return {reason, "words", until};
}

TEST(park_list, empty_list_parks_nothing) {
    const park_list parks;
    EXPECT_FALSE(parks.any());
    EXPECT_TRUE(parks.all().empty());
}

TEST(park_list, probe_comes_after_a_minute_doubling_to_fifteen) {
    park_list parks;
    parks.add(because(park_reason::unauthorized), at(0ms));
    EXPECT_EQ(parks.probe_at(), start + 1min);
    for (const auto wait : {2min, 4min, 8min, 15min, 15min}) {
        const boot_time asked = parks.probe_at();
        parks.add(because(park_reason::unauthorized), {asked, {}, 0.5});
        EXPECT_EQ(parks.probe_at() - asked, wait);
    }
}

TEST(park_list, renewed_park_keeps_its_beginning_and_takes_the_new_words) {
    park_list parks;
    parks.add(because(park_reason::forbidden), at(0ms));
    parks.add({park_reason::forbidden, "other words", {}}, at(1min));
    ASSERT_EQ(parks.all().size(), 1U);
    EXPECT_EQ(parks.all()[0].since, at(0ms).wall);
    EXPECT_EQ(parks.all()[0].words, "other words");
}

TEST(park_list, time_of_the_answer_decides_when_it_gives_one) {
    park_list parks;
    parks.add(because(park_reason::quota, start + 5h), at(0ms));
    EXPECT_EQ(parks.probe_at(), start + 5h);
}

TEST(park_list, all_parks_must_allow_a_probe) {
    park_list parks;
    parks.add(because(park_reason::unauthorized), at(0ms));
    parks.add(because(park_reason::migration, start + 1h), at(0ms));
    EXPECT_EQ(parks.probe_at(), start + 1h);
    parks.end(park_reason::migration);
    EXPECT_EQ(parks.probe_at(), start + 1min);
    EXPECT_TRUE(parks.any());
}

TEST(park_list, pause_never_probes_by_itself_nor_by_demand) {
    park_list parks;
    parks.add(because(park_reason::paused), at(0ms));
    EXPECT_EQ(parks.probe_at(), boot_time::max());
    parks.probe_now(start);
    parks.postpone(at(1h));
    EXPECT_EQ(parks.probe_at(), boot_time::max());
    parks.ended_by_answer(true);
    EXPECT_TRUE(parks.has(park_reason::paused));
    parks.end(park_reason::paused);
    EXPECT_FALSE(parks.any());
}

TEST(park_list, judged_probe_ends_every_park_of_the_portal) {
    park_list parks;
    for (const park_reason reason : {park_reason::unauthorized, park_reason::forbidden,
                                     park_reason::misconfigured, park_reason::quota})
        parks.add(because(reason), at(0ms));
    parks.ended_by_answer(false);
    EXPECT_FALSE(parks.any());
}

TEST(park_list, only_a_delivered_suspect_ends_suspect_data) {
    park_list parks;
    parks.add(because(park_reason::suspect_data), at(0ms));
    parks.ended_by_answer(false);
    EXPECT_TRUE(parks.has(park_reason::suspect_data));
    parks.ended_by_answer(true);
    EXPECT_FALSE(parks.any());
}

TEST(park_list, probe_without_an_answer_postpones_only_what_was_due) {
    park_list parks;
    parks.add(because(park_reason::unauthorized), at(0ms));
    parks.add(because(park_reason::quota, start + 5h), at(0ms));
    parks.postpone(at(1min));
    parks.end(park_reason::quota);
    EXPECT_EQ(parks.probe_at(), start + 3min);
}

TEST(park_list, probe_on_demand_is_at_once_and_never_later_than_planned) {
    park_list parks;
    parks.add(because(park_reason::unauthorized), at(0ms));
    parks.probe_now(start + 10s);
    EXPECT_EQ(parks.probe_at(), start + 10s);
    parks.probe_now(start + 20s);
    EXPECT_EQ(parks.probe_at(), start + 10s);
}

TEST(park_list, time_of_its_own_holds_again_when_somebody_asked_before_it) {
    park_list parks;
    parks.add(because(park_reason::migration, start + 6h), at(0ms));
    parks.probe_now(start + 1h);
    parks.add(because(park_reason::migration, start + 7h), at(1h));
    EXPECT_EQ(parks.probe_at(), start + 7h);
    // At its time the answer's is not believed: a clock a little ahead would cost a day.
    parks.add(because(park_reason::migration, start + 31h), at(7h));
    EXPECT_EQ(parks.probe_at(), start + 7h + 2min);
}

TEST(park_list, new_credential_asks_only_what_a_credential_can_end) {
    park_list parks;
    parks.add(because(park_reason::unauthorized), at(0ms));
    parks.probe_credential(start + 10s);
    EXPECT_EQ(parks.probe_at(), start + 10s);
    for (const park_reason reason : {park_reason::quota, park_reason::migration}) {
        parks.add(because(reason, start + 6h), at(0ms));
        parks.probe_credential(start + 20s);
        EXPECT_EQ(parks.probe_at(), start + 6h);
        parks.end(reason);
    }
}

TEST(park_list, restored_park_goes_on_where_it_was) {
    park_list parks;
    parks.restore({park_reason::unauthorized, at(-1h).wall, "words", 8min, start + 3min, {}});
    EXPECT_EQ(parks.probe_at(), start + 3min);
    parks.add(because(park_reason::unauthorized), at(3min));
    EXPECT_EQ(parks.probe_at(), start + 18min);
    EXPECT_EQ(parks.all()[0].since, at(-1h).wall);
}

} // namespace
} // namespace hubspool
