#include "state/batch_rows.hpp"
#include "state/charge_rows.hpp"
#include "state/file_rows.hpp"
#include "state/meta_rows.hpp"
#include "state/state_rows_fixture.hpp"

#include <cerrno>
#include <limits>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class meta_rows_test : public state_rows_fixture {
protected:
    meta now() { return value_of(load_meta_rows(db)); }
    void raise(const commit_unit& unit, std::uint64_t dead_known = 0) {
        ASSERT_TRUE(works(raise_meta(db, unit, dead_known)));
    }
    // As a commit does it: outcomes have their rows before the history is noted.
    void note(const commit_unit& unit) {
        ASSERT_TRUE(works(insert_batches(db, unit.outcomes)));
        ASSERT_TRUE(works(note_history(db, unit)));
    }
    static commit_unit unit_of(std::initializer_list<fate> fates, std::uint64_t batch = 1) {
        commit_unit unit;
        unit.outcomes.push_back(make_outcome(batch, 1, 0, 0));
        std::uint64_t ordinal = 0;
        for (const fate of : fates) unit.outcomes.back().records.add({1, ordinal++, of});
        return unit;
    }
    std::vector<park_reason> parks() {
        std::vector<park_reason> reasons;
        for (const park_row& park : now().parks) reasons.push_back(park.reason);
        return reasons;
    }
};

TEST_F(meta_rows_test, of_a_new_database_are_all_nothing_but_the_epoch) {
    const meta loaded = now();
    EXPECT_TRUE(loaded.fresh());
    EXPECT_EQ(loaded.commit, 0U);
    EXPECT_EQ(loaded.last_number, 0U);
    EXPECT_EQ(loaded.read_to, frontiers{});
    EXPECT_EQ(loaded.totals.records_in, 0U);
    EXPECT_EQ(loaded.horizon, order_key{});
    EXPECT_FALSE(loaded.paused);
    EXPECT_THAT(loaded.parks, IsEmpty());
    EXPECT_THAT(loaded.charges, IsEmpty());
    EXPECT_NE(loaded.epoch, 0U);
}

TEST_F(meta_rows_test, epochs_of_two_databases_differ) {
    const temp_dir other;
    auto second = made_in(other.path().string());
    EXPECT_NE(now().epoch, value_of(load_meta_rows(second)).epoch);
}

TEST_F(meta_rows_test, each_fate_counts_in_its_own_total) {
    raise(unit_of({fate::delivered, fate::delivered, fate::delivered, fate::superseded,
                   fate::superseded, fate::overtaken, fate::dead}));
    raise(unit_of({fate::delivered}, 2));
    const totals all = now().totals;
    EXPECT_EQ(all.delivered, 4U);
    EXPECT_EQ(all.superseded, 3U);
    EXPECT_EQ(all.overtaken, 1U);
    EXPECT_EQ(all.dead_lettered, 1U);
    EXPECT_EQ(all.batches, 2U);
}

TEST_F(meta_rows_test, dead_records_whose_letter_was_there_are_not_counted_twice) {
    raise(unit_of({fate::dead, fate::dead, fate::dead}), 2);
    EXPECT_EQ(now().totals.dead_lettered, 1U);
    // More than it has: a count never falls.
    raise(unit_of({fate::dead}), 5);
    EXPECT_EQ(now().totals.dead_lettered, 1U);
}

TEST_F(meta_rows_test, what_reading_found_is_no_batch) {
    raise(unit_of({fate::dead}, 0));
    EXPECT_EQ(now().totals.batches, 0U);
    EXPECT_EQ(now().last_batch, 0U);
}

TEST_F(meta_rows_test, last_batch_is_the_largest_and_never_falls) {
    commit_unit unit = unit_of({fate::delivered}, 9);
    unit.outcomes.push_back(make_outcome(4, 1, 5, 6));
    raise(unit);
    EXPECT_EQ(now().last_batch, 9U);
    raise(unit_of({fate::delivered}, 7));
    EXPECT_EQ(now().last_batch, 9U);
}

TEST_F(meta_rows_test, records_in_and_requests_are_the_callers_and_the_rest_is_not) {
    commit_unit unit;
    unit.totals = totals{};
    unit.totals->records_in = 70;
    unit.totals->requests = 5;
    unit.totals->delivered = 1000; // not the caller's to say
    raise(unit);
    raise({}); // keeps them
    EXPECT_EQ(now().totals.records_in, 70U);
    EXPECT_EQ(now().totals.requests, 5U);
    EXPECT_EQ(now().totals.delivered, 0U);
}

TEST_F(meta_rows_test, frontier_rises_by_file_and_then_by_place) {
    const auto raise_to = [&](arrival to) {
        commit_unit unit;
        unit.read_to.bulk = to;
        raise(unit);
        return now().read_to.bulk;
    };
    EXPECT_EQ(raise_to({3, 100}), (arrival{3, 100}));
    EXPECT_EQ(raise_to({3, 99}), (arrival{3, 100}));
    EXPECT_EQ(raise_to({2, 5000}), (arrival{3, 100}));
    EXPECT_EQ(raise_to(end_of_file(3)), end_of_file(3));
    EXPECT_EQ(raise_to({4, 0}), (arrival{4, 0}));
}

TEST_F(meta_rows_test, last_number_and_stamp_are_the_largest_that_the_unit_speaks_of) {
    commit_unit unit;
    unit.last_number = 5;
    unit.last_stamp = 500;
    unit.files = {make_file(7), make_file(6)};
    unit.files[1].stamp = 900;
    raise(unit);
    EXPECT_EQ(now().last_number, 7U);
    EXPECT_EQ(now().last_stamp, 900U);
    commit_unit of_keys;
    of_keys.outcomes.push_back(make_outcome(1, 1, 0, 1));
    of_keys.outcomes[0].changes = {
        {"1", fate::delivered, false, {{field_kind::property, "a", {1200, 3, 1}}}}};
    raise(of_keys);
    EXPECT_EQ(now().last_stamp, 1200U);
    EXPECT_EQ(now().last_number, 7U);
}

TEST_F(meta_rows_test, day_is_replaced_as_a_whole) {
    commit_unit unit;
    unit.today = day_count{at_ms(86'400'000), 40};
    raise(unit);
    unit.today = day_count{at_ms(172'800'000), 3};
    raise(unit);
    raise({});
    EXPECT_EQ(now().today.ends, at_ms(172'800'000));
    EXPECT_EQ(now().today.used, 3U);
}

TEST_F(meta_rows_test, horizon_never_falls_and_goes_without_ordinal) {
    ASSERT_TRUE(works(raise_horizon(db, {500, 7, 3})));
    EXPECT_EQ(now().horizon, (order_key{500, 7, 0}));
    ASSERT_TRUE(works(raise_horizon(db, {500, 6, 9})));
    EXPECT_EQ(now().horizon, (order_key{500, 7, 0}));
    ASSERT_TRUE(works(raise_horizon(db, {501, 1, 0})));
    EXPECT_EQ(now().horizon, (order_key{501, 1, 0}));
    // No file may be claimed with an older stamp.
    EXPECT_EQ(now().last_stamp, 501U);
}

TEST_F(meta_rows_test, first_portal_gets_all_rows_and_the_next_one_those_from_its_proof_on) {
    commit_unit unit;
    unit.outcomes = {make_outcome(1, 1, 0, 1), make_outcome(2, 1, 1, 2)};
    note(unit);
    commit_unit first;
    first.portal = {{"111", false}, 0};
    note(first);
    EXPECT_EQ(now().portal, "111");
    EXPECT_EQ(now().portal_from, 0U);

    commit_unit second;
    second.outcomes = {make_outcome(3, 1, 2, 3), make_outcome(4, 1, 3, 4)};
    second.portal = {{"222", true}, 1};
    note(second);
    EXPECT_EQ(now().portal, "222");
    EXPECT_EQ(now().portal_from, 3U); // one of the two is still the other's
}

TEST_F(meta_rows_test, parks_come_back_in_their_order_with_and_without_a_time) {
    const std::vector<park_row> given{
        {park_reason::quota, at_ms(1000), "the day's quota", at_ms(5000)},
        {park_reason::paused, at_ms(2000), "somebody said so", {}}};
    ASSERT_TRUE(works(replace_parks(db, given, at_ms(0))));
    const auto loaded = now().parks;
    ASSERT_THAT(loaded, SizeIs(2));
    EXPECT_EQ(loaded[0].reason, park_reason::quota);
    EXPECT_EQ(loaded[0].probe_at, at_ms(5000));
    EXPECT_EQ(loaded[1].words, "somebody said so");
    EXPECT_EQ(loaded[1].since, at_ms(2000));
    EXPECT_EQ(loaded[1].probe_at, std::nullopt);
    ASSERT_TRUE(works(replace_parks(db, {}, at_ms(9))));
    EXPECT_THAT(now().parks, IsEmpty());
}

TEST_F(meta_rows_test, parks_that_are_over_stay_with_their_end_until_they_are_trimmed) {
    const auto over = [&] {
        return value_of(db.value_of("SELECT ifnull(group_concat(reason || ' ' || since || ' ' ||"
                                    " ended || ' ' || words), '') FROM park WHERE ended NOT NULL"));
    };
    park_row park{park_reason::quota, at_ms(1000), "spent", at_ms(2000)};
    ASSERT_TRUE(works(replace_parks(db, {park}, at_ms(1000))));
    park.probe_at = at_ms(3000);
    ASSERT_TRUE(works(replace_parks(db, {park}, at_ms(2000))));
    EXPECT_EQ(over(), "") << "it stands still";
    // One of the same reason, that began later, is another one.
    park.since = at_ms(2500);
    ASSERT_TRUE(works(replace_parks(db, {park}, at_ms(2500))));
    EXPECT_EQ(over(), std::to_string(static_cast<int>(park_reason::quota)) + " 1000 2500 spent");
    EXPECT_THAT(now().parks, SizeIs(1));
    EXPECT_EQ(value_of(trim_parks(db, at_ms(2500), 10)), 0U);
    EXPECT_EQ(value_of(trim_parks(db, at_ms(2501), 10)), 1U);
    EXPECT_THAT(now().parks, SizeIs(1)) << "what stands is never trimmed";
}

TEST_F(meta_rows_test, resume_ends_a_pause_and_the_next_one_begins_anew) {
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::pause, at_ms(100))));
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::resume, at_ms(200))));
    EXPECT_EQ(value_of(db.value_of("SELECT ended FROM park")), "200");
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::pause, at_ms(300))));
    ASSERT_THAT(now().parks, SizeIs(1));
    EXPECT_EQ(now().parks[0].since, at_ms(300));
}

TEST_F(meta_rows_test, park_that_no_version_knows_is_damage) {
    spoil("INSERT INTO park (reason, since, words) VALUES (8, 0, '')");
    const auto loaded = load_meta_rows(db);
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, EBADMSG);
    EXPECT_THAT(loaded.error().message, HasSubstr("a park without a reason"));
}

TEST_F(meta_rows_test, table_without_its_row_is_damage) {
    spoil("DELETE FROM meta");
    EXPECT_EQ(load_meta_rows(db).error().code, EBADMSG);
    spoil("DELETE FROM wish");
    const auto request = load_request(db);
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().code, EBADMSG);
}

TEST_F(meta_rows_test, commit_number_rises_by_one_and_above_what_it_is_given) {
    ASSERT_TRUE(works(raise_commit_number(db)));
    ASSERT_TRUE(works(raise_commit_number(db)));
    EXPECT_EQ(now().commit, 2U);
    ASSERT_TRUE(works(raise_commit_number(db, 40)));
    EXPECT_EQ(now().commit, 41U);
    ASSERT_TRUE(works(raise_commit_number(db, 7)));
    EXPECT_EQ(now().commit, 42U);
}

TEST_F(meta_rows_test, each_resume_is_counted_and_a_pause_is_not) {
    ASSERT_TRUE(works(write_request(db, operator_command::pause)));
    EXPECT_EQ(value_of(load_request(db)), (operator_request{true, 0}));
    EXPECT_TRUE(now().paused);
    ASSERT_TRUE(works(write_request(db, operator_command::resume)));
    ASSERT_TRUE(works(write_request(db, operator_command::resume)));
    EXPECT_EQ(value_of(load_request(db)), (operator_request{false, 2}));
    ASSERT_TRUE(works(write_request(db, operator_command::hold_bulk)));
    EXPECT_EQ(value_of(load_request(db)), (operator_request{false, 2, true}));
    ASSERT_TRUE(works(write_request(db, operator_command::release_bulk)));
    EXPECT_EQ(value_of(load_request(db)), (operator_request{false, 2, false}));
    ASSERT_TRUE(works(write_request(db, operator_command::hold_bulk)));
    ASSERT_TRUE(works(write_request(db, operator_command::resume)));
    EXPECT_EQ(value_of(load_request(db)), (operator_request{false, 3, false}));
}

TEST_F(meta_rows_test, pause_keeps_the_beginning_of_the_one_that_is_there) {
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::pause, at_ms(100))));
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::pause, at_ms(200))));
    const auto parks = now().parks;
    ASSERT_THAT(parks, SizeIs(1));
    EXPECT_EQ(parks[0].since, at_ms(100));
    EXPECT_THAT(parks[0].words, HasSubstr("`hubspool resume` ends it"));
}

TEST_F(meta_rows_test, resume_ends_the_parks_that_a_person_ends_and_no_others) {
    std::vector<park_row> all;
    for (std::size_t i = 0; i < park_reason_count; ++i)
        all.push_back({static_cast<park_reason>(i), at_ms(1), "why", {}});
    ASSERT_TRUE(works(replace_parks(db, all, at_ms(0))));
    ASSERT_TRUE(works(write_requested_parks(db, operator_command::resume, at_ms(100))));
    EXPECT_THAT(parks(),
                ::testing::ElementsAre(park_reason::unauthorized, park_reason::forbidden,
                                       park_reason::wrong_portal, park_reason::misconfigured,
                                       park_reason::quota, park_reason::migration));
}

class charge_rows_test : public state_rows_fixture {
protected:
    void write(const std::vector<charge>& charges) {
        batch_outcome outcome;
        outcome.charges = charges;
        ASSERT_TRUE(works(write_charges(db, {outcome})));
    }
    std::map<std::string, std::uint32_t> attempts() {
        std::map<std::string, std::uint32_t> found;
        for (const charge& c : value_of(load_charges(db))) found[c.object_id] = c.attempts;
        return found;
    }
};

TEST_F(charge_rows_test, last_that_is_told_of_an_object_counts) {
    write({{"1", 1, at_ms(10)}, {"2", 4, at_ms(10)}, {"1", 3, at_ms(20)}});
    EXPECT_EQ(attempts(), (std::map<std::string, std::uint32_t>{{"1", 3}, {"2", 4}}));
    write({{"2", 0, at_ms(30)}, {"nobody", 0, at_ms(30)}});
    EXPECT_EQ(attempts(), (std::map<std::string, std::uint32_t>{{"1", 3}}));
    EXPECT_EQ(value_of(load_charges(db)).at(0).last, at_ms(20));
}

TEST_F(charge_rows_test, of_too_many_the_oldest_go) {
    std::vector<charge> many;
    for (int i = 0; i < 10'005; ++i)
        many.push_back({std::to_string(i), 1, at_ms(i == 7 ? 1'000'000 : i)});
    ASSERT_TRUE(works(db.begin()));
    write(many);
    ASSERT_TRUE(works(db.commit()));
    const auto left = attempts();
    EXPECT_THAT(left, SizeIs(10'000));
    for (const char* const gone : {"0", "1", "2", "3", "4"}) EXPECT_FALSE(left.contains(gone));
    EXPECT_TRUE(left.contains("5"));
    EXPECT_TRUE(left.contains("7"));
}

} // namespace
} // namespace hubspool
