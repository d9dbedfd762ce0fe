// What HubSpot has already, as the ledger knows it, is not sent: the engine's part of it.
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr milliseconds max_age = std::chrono::hours(24);

engine_options skipping_options() {
    engine_options options = plain_options();
    options.notes_values = options.skips_unchanged = true;
    options.unchanged_max_age = max_age;
    return options;
}

class unchanged_lookups_test : public engine_story {
protected:
    unchanged_lookups_test() { restart(skipping_options()); }

    // One record of a file whose stamp is its number times a thousand.
    void accept_of(std::uint64_t file, std::string_view id, field_list fields,
                   std::optional<as_of_ms> as_of = {}) {
        record_block block(file, lane::bulk, ordinals[file]++);
        block.order({file * 1000, file * 1000, file}).record(id, fields);
        if (as_of) block.as_of(*as_of);
        tell(event::records_read{block.block()});
    }
    std::uint64_t seconds_ago(milliseconds age) const {
        return static_cast<std::uint64_t>(
            std::chrono::floor<std::chrono::seconds>(now.time_since_epoch() - age).count());
    }
    void knows(const std::string& id, const std::string& field, order_key acknowledged,
               std::string_view value, milliseconds age = std::chrono::hours(1)) {
        engine->ledger[id].push_back({{field_kind::property, field},
                                      acknowledged,
                                      {},
                                      {hash_of_value(value), seconds_ago(age)}});
    }
    std::optional<batch_outcome> settled() {
        engine->next(now);
        auto outcomes = engine->take_outcomes(at_now());
        if (outcomes.empty()) return std::nullopt;
        return std::move(outcomes.front());
    }
    static std::vector<fate> fates(const batch_outcome& outcome) {
        std::vector<fate> found;
        for (const settled_record& record : outcome.records) found.push_back(record.fate);
        return found;
    }
};

TEST_F(unchanged_lookups_test, all_are_asked_about_and_what_is_unchanged_is_settled) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}});
    accept_of(2, "b", {{"eventName", "7"}});
    const std::optional<batch_outcome> outcome = settled();
    EXPECT_THAT(engine->looked_up(), ElementsAre("a", "b"));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->batch, 0U);
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::unchanged));
    // For the ledger it was acknowledged with this key; but not again.
    const settled_field known = outcome->changes.all().at(0).fields.at(0);
    EXPECT_EQ(known.key, (order_key{2000, 2, 0}));
    EXPECT_EQ(known.value, (known_value{hash_of_value("7"), seconds_ago(std::chrono::hours(1))}));
    EXPECT_THAT(send()->ids, ElementsAre("b"));
    tell(event::outcome_stored{outcome->ticket});
    EXPECT_EQ(engine->status(now).objects, 1U);
}

TEST_F(unchanged_lookups_test, what_is_delivered_is_noted_with_its_value) {
    accept_of(2, "a", {{"eventName", "7"}});
    ASSERT_TRUE(send());
    const batch_outcome outcome = deliver().outcome;
    EXPECT_EQ(outcome.changes.all().at(0).fields.at(0).value,
              (known_value{hash_of_value("7"), seconds_ago(milliseconds(0))}));
}

TEST_F(unchanged_lookups_test, without_the_setting_nothing_is_asked_and_nothing_noted) {
    restart(plain_options());
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}});
    ASSERT_TRUE(send());
    EXPECT_THAT(engine->looked_up(), IsEmpty());
    EXPECT_EQ(deliver().outcome.changes.all().at(0).fields.at(0).value, known_value{});
}

TEST_F(unchanged_lookups_test, of_a_change_only_what_differs_is_sent) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    knows("a", "eventType", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}, {"eventType", "8"}});
    EXPECT_THAT(send()->body, HasSubstr(R"({"objectId":"a","eventType":8,"customProperties")"));
    const batch_outcome outcome = deliver().outcome;
    EXPECT_THAT(fates(outcome), ElementsAre(fate::delivered));
    const std::vector<settled_change> changes = outcome.changes.all();
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].fate, fate::unchanged);
    EXPECT_EQ(changes[0].fields.at(0).name, "eventName");
    EXPECT_EQ(changes[1].fate, fate::delivered);
    EXPECT_EQ(changes[1].fields.at(0).name, "eventType");
}

// Else an older value would go over it: the ledger does not know yet that it counts.
TEST_F(unchanged_lookups_test, what_was_left_out_keeps_older_values_from_its_field) {
    pause();
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(3, "a", {{"eventName", "7"}, {"eventType", "8"}});
    resume();
    engine->next(now);
    accept_of(4, "a", {{"eventName", "9"}}, 2000);
    EXPECT_THAT(send()->body, HasSubstr(R"({"objectId":"a","eventType":8,"customProperties")"));
    EXPECT_THAT(fates(deliver().outcome), ElementsAre(fate::delivered, fate::overtaken));
}

TEST_F(unchanged_lookups_test, record_that_is_unchanged_does_not_die_with_its_change) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "z", {{"eventName", "1"}});
    accept_of(3, "a", {{"eventName", "7"}});
    accept_of(3, "a", {{"eventType", "8"}});
    ASSERT_TRUE(send());
    const batch_outcome outcome = answer(207, not_found_body({"z"}, {"a"})).outcome;
    EXPECT_THAT(fates(outcome), ElementsAre(fate::delivered, fate::unchanged, fate::dead));
    ASSERT_EQ(outcome.dead_letters.size(), 1U);
    EXPECT_EQ(outcome.dead_letters[0].records.size(), 1U);
    EXPECT_THAT(outcome.dead_letters[0].content, Not(HasSubstr("eventName")));
    EXPECT_EQ(outcome.changes.all().at(1).fate, fate::unchanged);
}

TEST_F(unchanged_lookups_test, record_that_a_newer_one_took_the_place_of_is_superseded) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "6"}});
    accept_of(2, "a", {{"eventName", "7"}});
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::superseded, fate::unchanged));
}

TEST_F(unchanged_lookups_test, value_goes_when_it_differs_is_old_or_is_of_the_future) {
    knows("a", "eventName", {1000, 1, 0}, "6");
    knows("b", "eventName", {1000, 1, 0}, "7", max_age + 1s);
    knows("c", "eventName", {1000, 1, 0}, "7", -5s);
    knows("d", "eventName", {1000, 1, 0}, "7", max_age - 2s);
    for (const char* id : {"a", "b", "c", "d"}) accept_of(2, id, {{"eventName", "7"}});
    EXPECT_THAT(send()->ids, ElementsAre("a", "b", "c"));
}

// Whoever replays a file wants it sent.
TEST_F(unchanged_lookups_test, value_of_the_same_key_is_sent_again) {
    knows("a", "eventName", {2000, 2, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}});
    EXPECT_TRUE(send());
}

// There a value may have been acknowledged of which nobody knows any more.
TEST_F(unchanged_lookups_test, value_goes_when_what_is_known_lies_below_the_horizon) {
    engine->horizon = {1500, 1, 0};
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}});
    EXPECT_TRUE(send());
}

// It may have been applied, and what stands there is not what was acknowledged last.
TEST_F(unchanged_lookups_test, value_goes_that_joins_a_change_that_was_sent_before) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "8"}});
    ASSERT_TRUE(send());
    accept_of(3, "a", {{"eventName", "7"}});
    answer(503, "");
    commit();
    const sent_request again = send_when_ready();
    if (!again.names("a") || again.body.find(R"("eventName":7)") == std::string::npos) {
        deliver();
        engine->ledger["a"].clear();
        knows("a", "eventName", {2000, 2, 0}, "8");
        commit();
        EXPECT_THAT(send_when_ready().body, HasSubstr(R"("eventName":7)"));
    }
}

TEST_F(unchanged_lookups_test, value_goes_that_joined_what_the_run_before_may_have_sent) {
    event::run_before left;
    left.read_to = {end_of_file(2), end_of_file(2)};
    left.newest_key = {2000, 2, UINT64_MAX};
    restore(std::move(left));
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "8"}});
    accept_of(3, "a", {{"eventName", "7"}});
    EXPECT_THAT(send()->body, HasSubstr(R"("eventName":7)"));
}

// As somebody wants it who put it there once more.
TEST_F(unchanged_lookups_test, value_goes_that_is_brought_as_the_newest) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    record_block block(2, lane::bulk, 0);
    block.order({2000, 2000, 2}).record("a", {{"eventName", "7"}}).carries({1000, 1, 0}, true);
    tell(event::records_read{block.block()});
    EXPECT_TRUE(send());
}

TEST_F(unchanged_lookups_test, what_is_unchanged_is_progress_of_a_drain) {
    knows("a", "eventName", {1000, 1, 0}, "7");
    accept_of(2, "a", {{"eventName", "7"}});
    const std::uint64_t before = engine->facts().delivered;
    ASSERT_TRUE(settled());
    EXPECT_GT(engine->facts().delivered, before);
}

} // namespace
} // namespace hubspool
