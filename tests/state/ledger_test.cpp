#include "core/words/object_hash.hpp"
#include "state/ledger_fixture.hpp"

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ledger_test : public ledger_fixture {};

TEST_F(ledger_test, of_an_empty_history_knows_nothing_of_anybody) {
    const auto found = looked_up({"1", "2"});
    ASSERT_THAT(found, SizeIs(2));
    EXPECT_EQ(found[1].object_id, "2");
    EXPECT_THAT(found[1].fields, IsEmpty());
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ledger_test, scenario_38_tells_what_was_committed_just_before_the_question) {
    commit({change_of("1", "city", {500, 7, 3})});
    EXPECT_EQ(acknowledged("1", "city"), (order_key{500, 7, 3}));
    commit({change_of("1", "city", {500, 7, 4})});
    EXPECT_EQ(acknowledged("1", "city"), (order_key{500, 7, 4}));
    commit({change_of("1", "city", {400, 9, 4})});
    EXPECT_EQ(acknowledged("1", "city"), (order_key{500, 7, 4}));
}

TEST_F(ledger_test, only_what_was_acknowledged_counts) {
    commit({change_of("1", "a", {500, 7, 3}, fate::dead),
            change_of("1", "b", {500, 7, 3}, fate::overtaken), change_of("1", "c", {}),
            change_of("1", "d", {500, 7, 3})});
    EXPECT_THAT(looked_up({"1"})[0].fields, SizeIs(1));
}

TEST_F(ledger_test, scenario_44_doubt_is_told_until_something_as_new_is_delivered) {
    settled_change doubted = change_of("1", "a", {500, 7, 3}, fate::dead);
    doubted.doubt = true;
    commit({doubted});
    EXPECT_EQ(looked_up({"1"})[0].fields.at(0).doubt, (order_key{500, 7, 3}));
    EXPECT_EQ(looked_up({"1"})[0].fields.at(0).acknowledged, order_key{});
    commit({change_of("1", "a", {500, 7, 3})});
    EXPECT_EQ(looked_up({"1"})[0].fields.at(0).doubt, order_key{});
}

TEST_F(ledger_test, of_many_random_batches_is_as_a_map_has_it) {
    reopen_ledger(10); // so that it is written all the time
    for (int round = 0; round < 25; ++round) {
        commit_at_random(static_cast<int>(below(60)));
        if (below(4) == 0) reopen_ledger(1 + below(2000));
        if (below(4) == 0) {
            ASSERT_TRUE(works(known->flush()));
        }
        if (below(6) == 0) {
            ASSERT_TRUE(works(known->empty()));
        }
        expect_as_expected();
    }
}

// Of a long way it goes over the rows in passes, and each writes a slice of the objects.
TEST_F(ledger_test, made_anew_in_passes_holds_no_more_than_it_may) {
    for (int row = 0; row < 300; ++row) {
        std::vector<settled_change> changes;
        for (int i = 0; i < 10; ++i)
            changes.push_back(change_of(std::to_string((row * 37 + i * 11) % 1000), "a",
                                        {1000, 1, static_cast<std::uint64_t>(row * 10 + i)}));
        commit(changes);
    }
    reopen_ledger(300);
    std::uint64_t steps = 0;
    for (bool more = true; more; ++steps) more = value_of(known->take_in_some());
    // A pass over 300 rows is three steps, and four passes are the least for 1,000 objects.
    EXPECT_GE(steps, 12U);
    EXPECT_EQ(value_of(known->rows_behind()), 0U);
    expect_as_expected();
}

TEST_F(ledger_test, killed_between_two_passes_begins_with_the_first_row_again) {
    commit_at_random(300);
    reopen_ledger(8);
    ASSERT_TRUE(value_of(known->take_in_some()));
    ASSERT_TRUE(value_of(known->take_in_some()));
    reopen_ledger(8);
    EXPECT_EQ(value_of(known->rows_behind()), 300U);
    expect_as_expected();
}

TEST_F(ledger_test, takes_up_where_it_was_written_last) {
    commit_at_random(150);
    expect_as_expected();
    ASSERT_TRUE(works(known->flush()));
    commit_at_random(10);
    reopen_ledger();
    EXPECT_EQ(value_of(known->rows_behind()), 10U);
    expect_as_expected();
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ledger_test, goes_on_when_rows_it_has_not_taken_in_were_trimmed) {
    commit({change_of("1", "a", {500, 7, 3})});
    expect_as_expected();
    commit({change_of("2", "a", {500, 7, 4})});
    commit({change_of("3", "a", {900, 8, 0})});
    ASSERT_TRUE(works(store->trim({at_ms(1'000'000), 1000, {}})));
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    EXPECT_EQ(acknowledged("2", "a"), order_key{}); // below the horizon now
    EXPECT_EQ(acknowledged("3", "a"), (order_key{900, 8, 0}));
}

TEST_F(ledger_test, scenario_54_of_another_portal_knows_only_what_came_since) {
    commit({change_of("1", "a", {500, 7, 3})}, {.portal = {{{"111", false}}}});
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    ASSERT_TRUE(works(known->flush()));
    commit({change_of("2", "a", {500, 7, 4})}, {.portal = {{{"222", true}, 1}}});
    EXPECT_EQ(acknowledged("1", "a"), order_key{});
    EXPECT_EQ(acknowledged("2", "a"), order_key{});
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_THAT(told[0], HasSubstr("another portal"));
    commit({change_of("3", "a", {500, 7, 5})});
    EXPECT_EQ(acknowledged("3", "a"), (order_key{500, 7, 5}));
    EXPECT_THAT(told, SizeIs(1));
}

TEST_F(ledger_test, scenario_54_of_a_portal_that_was_not_known_stays) {
    commit({change_of("1", "a", {500, 7, 3})});
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    ASSERT_TRUE(works(known->flush()));
    ASSERT_TRUE(works(store->commit({.portal = {{{"111", false}}}})));
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(ledger_test, scenario_55_ids_of_one_hash_have_entries_of_their_own) {
    const std::string one = "8yn0iYCKYHlIj4-BwPqk", other = "GReLUrM4wMqfg9yzV3KQ";
    ASSERT_EQ(object_id_hash(one), object_id_hash(other));
    commit({change_of(one, "a", {500, 7, 3})});
    EXPECT_THAT(looked_up({other})[0].fields, IsEmpty());
    commit({change_of(other, "a", {400, 6, 0})});
    ASSERT_TRUE(works(known->flush()));
    reopen_ledger();
    EXPECT_EQ(acknowledged(one, "a"), (order_key{500, 7, 3}));
    EXPECT_EQ(acknowledged(other, "a"), (order_key{400, 6, 0}));
}

TEST_F(ledger_test, of_another_queue_is_forgotten) {
    commit({change_of("1", "a", {500, 7, 3})});
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    ASSERT_TRUE(works(known->flush()));
    ASSERT_TRUE(works(store->begin_run(2, "queue-b")));
    EXPECT_EQ(acknowledged("1", "a"), order_key{});
    EXPECT_THAT(told.at(0), HasSubstr("another queue"));
}

TEST_F(ledger_test, scenario_46_of_another_epoch_takes_in_all_rows_and_keeps_what_it_knew) {
    commit({change_of("1", "a", {500, 7, 3})});
    expect_as_expected();
    ASSERT_TRUE(works(known->flush()));
    known.reset();
    store.reset();
    // A copy of the database in which the same row says something else.
    std::filesystem::remove(where() + "/state.db");
    store = opened(where());
    ASSERT_TRUE(works(store->begin_run(2, "queue-a")));
    commit({change_of("1", "a", {400, 6, 0}), change_of("2", "a", {400, 6, 0})});
    reopen_ledger();
    EXPECT_EQ(acknowledged("1", "a"), (order_key{500, 7, 3}));
    EXPECT_EQ(acknowledged("2", "a"), (order_key{400, 6, 0}));
    EXPECT_THAT(told.at(0), HasSubstr("older copy"));
}

TEST_F(ledger_test, without_a_state_database_fails_and_works_when_it_is_there) {
    const temp_dir other;
    ledger early(other.path().string(), [](const std::string&) {});
    EXPECT_FALSE(early.look_up({"1"}));
    const auto late = opened(other.path().string());
    EXPECT_TRUE(works(early.look_up({"1"})));
}

TEST_F(ledger_test, takes_100_bytes_of_disk_for_an_object_of_eight_fields) {
    for (int batch = 0; batch < 300; ++batch) {
        std::vector<settled_change> changes;
        for (int i = 0; i < 100; ++i) {
            settled_change change{
                std::to_string(10'000'000 + batch * 100 + i), fate::delivered, false, {}};
            for (int f = 0; f < 8; ++f)
                change.fields.push_back(
                    {field_kind::property,
                     "field" + std::to_string(f),
                     {1'764'460'800'000, 123'456,
                      1'000'000 + static_cast<std::uint64_t>(i) - (f < 3 ? 70U : 0U)}});
            changes.push_back(std::move(change));
        }
        commit(changes);
    }
    looked_up({"1"});
    ASSERT_TRUE(works(known->flush()));
    known.reset();
    EXPECT_LT(std::filesystem::file_size(file()), 30'000U * 120U);
}

} // namespace
} // namespace hubspool
