#include "core/pending/block_merge.hpp"
#include "core/pending/change_joins.hpp"
#include "core/pending/pending_set.hpp"
#include "record_block.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace hubspool {
namespace {

using testing::field_list;
using testing::record_block;

class pending_set_test : public ::testing::Test {
protected:
    object_index add(std::string_view id, field_list fields, lane in = lane::live) {
        record_block block(1, in, next_++);
        block.record(id, fields);
        return block_merge(set, block.block()).add(0, start, is_new);
    }
    static std::map<std::string, std::string> fields_of(const pending_change& change) {
        std::map<std::string, std::string> all;
        change.fields.for_each([&](const field& f, std::uint32_t) {
            all.emplace(std::string(f.name), std::string(f.value));
        });
        return all;
    }

    pending_set set{1000};
    bool is_new = false;

private:
    std::uint64_t next_ = 0;
};

TEST_F(pending_set_test, records_of_one_object_merge_field_by_field) {
    const object_index x = add("x", {{"name", "1"}, {"url", "2"}});
    EXPECT_TRUE(is_new);
    EXPECT_EQ(add("x", {{"name", "3"}, {"city", "4"}}), x);
    EXPECT_FALSE(is_new);
    ASSERT_EQ(set.at(x).changes.size(), 1U);
    EXPECT_EQ(fields_of(set.at(x).head()),
              (std::map<std::string, std::string>{{"name", "3"}, {"url", "2"}, {"city", "4"}}));
    EXPECT_EQ(set.at(x).head().records.count(), 2U);
    EXPECT_EQ(set.objects(), 1U);
    EXPECT_EQ(set.records(), 2U);
}

TEST_F(pending_set_test, objects_are_kept_apart_and_found_by_id) {
    const object_index x = add("x", {{"a", "1"}});
    const object_index y = add("y", {{"a", "2"}});
    object_index found = 99;
    EXPECT_TRUE(set.find("y", found));
    EXPECT_EQ(found, y);
    EXPECT_TRUE(set.find("x", found));
    EXPECT_EQ(found, x);
    EXPECT_FALSE(set.find("z", found));
}

TEST_F(pending_set_test, scenario_25_too_many_fields_start_a_following_change) {
    const std::string value = "\"" + std::string(300, 'v') + "\"";
    object_index x = 0;
    std::size_t most = 0;
    for (int i = 0; i < 10; ++i) {
        x = add("x", {{"$p" + std::to_string(i), value}});
        for (const pending_change& change : set.at(x).changes)
            most = std::max(most, change.fields.json_bytes());
    }
    EXPECT_GT(set.at(x).changes.size(), 3U);
    EXPECT_LE(most, 1000U);
    std::size_t records = 0;
    for (const pending_change& change : set.at(x).changes) records += change.records.count();
    EXPECT_EQ(records, 10U);
}

TEST_F(pending_set_test, scenario_25_names_fill_a_change_as_values_do) {
    object_index x = 0;
    for (char c = 'a'; c <= 'j'; ++c) x = add("x", {{std::string(300, c), "1"}});
    ASSERT_EQ(set.at(x).changes.size(), 4U);
    for (const pending_change& change : set.at(x).changes)
        EXPECT_LE(change.fields.json_bytes(), 1000U);
    // What is there already is no more.
    add("x", {{std::string(300, 'j'), "2"}});
    EXPECT_EQ(set.at(x).changes.size(), 4U);
}

TEST_F(pending_set_test, too_many_records_start_a_following_change) {
    object_index x = 0;
    for (std::size_t i = 0; i <= pending_change::records_max; ++i) x = add("x", {{"name", "1"}});
    ASSERT_EQ(set.at(x).changes.size(), 2U);
    EXPECT_EQ(set.at(x).head().records.count(), pending_change::records_max);
    change_joins(set).merge_following(x);
    EXPECT_EQ(set.at(x).changes.size(), 2U);
}

TEST_F(pending_set_test, record_larger_than_a_change_goes_alone) {
    const object_index x = add("x", {{"a", "1"}});
    add("x", {{"b", "\"" + std::string(5000, 'v') + "\""}});
    add("x", {{"c", "1"}});
    ASSERT_EQ(set.at(x).changes.size(), 3U);
    EXPECT_EQ(set.at(x).changes[1].records.count(), 1U);
}

TEST_F(pending_set_test, fixed_head_lets_newer_records_collect_in_one_following_change) {
    using fix = void (*)(pending_object&);
    const fix ways[] = {
        [](pending_object& o) { o.phase = object_phase::in_flight; },
        [](pending_object& o) { o.phase = object_phase::settling; },
        [](pending_object& o) { o.frozen = true; },
        [](pending_object& o) { o.batch_cap = 50; },
        [](pending_object& o) { o.failures = std::make_unique<failure_count>(failure_count{1}); },
        [](pending_object& o) { o.contradicted = true; }};
    for (const fix way : ways) {
        const std::string id = "x" + std::to_string(&way - ways);
        const object_index x = add(id, {{"a", "1"}});
        way(set.at(x));
        add(id, {{"a", "2"}});
        add(id, {{"a", "3"}});
        ASSERT_EQ(set.at(x).changes.size(), 2U) << id;
        EXPECT_EQ(fields_of(set.at(x).changes[0]).at("a"), "1");
        EXPECT_EQ(fields_of(set.at(x).changes[1]).at("a"), "3");
        change_joins(set).merge_following(x);
        EXPECT_EQ(set.at(x).changes.size(), 2U) << id;
    }
}

TEST_F(pending_set_test, free_head_takes_up_what_collected_behind_it) {
    const object_index x = add("x", {{"a", "1"}, {"b", "1"}}, lane::bulk);
    set.at(x).phase = object_phase::in_flight;
    add("x", {{"a", "2"}});
    set.at(x).phase = object_phase::waiting;
    change_joins(set).merge_following(x);
    ASSERT_EQ(set.at(x).changes.size(), 1U);
    EXPECT_EQ(fields_of(set.at(x).head()),
              (std::map<std::string, std::string>{{"a", "2"}, {"b", "1"}}));
    EXPECT_EQ(set.at(x).head().records.count(), 2U);
    EXPECT_TRUE(set.at(x).head().by.live);
}

TEST_F(pending_set_test, following_change_that_would_not_fit_stays_behind) {
    const std::string value = "\"" + std::string(600, 'v') + "\"";
    const object_index x = add("x", {{"a", value}});
    add("x", {{"b", value}});
    change_joins(set).merge_following(x);
    EXPECT_EQ(set.at(x).changes.size(), 2U);
}

TEST_F(pending_set_test, dropped_head_takes_its_trouble_with_it_but_not_what_may_still_land) {
    const object_index x = add("x", {{"a", "1"}});
    pending_object& object = set.at(x);
    object.phase = object_phase::settling;
    object.tries = 3;
    object.failures = std::make_unique<failure_count>(failure_count{3, 3});
    object.contradicted = object.stale_once = object.frozen = true;
    object.not_before = start + std::chrono::hours(1);
    object.lands_until = start + std::chrono::minutes(2);
    object.first_sent = 17;
    add("x", {{"a", "2"}});

    EXPECT_FALSE(set.drop_head(x));
    EXPECT_EQ(object.phase, object_phase::waiting);
    EXPECT_FALSE(object.head_is_fixed());
    EXPECT_EQ(object.tries, 0U);
    EXPECT_EQ(object.failures, nullptr);
    EXPECT_EQ(object.not_before, boot_time{});
    EXPECT_EQ(object.lands_until, start + std::chrono::minutes(2));
    EXPECT_EQ(object.first_sent, 17U);
    EXPECT_EQ(fields_of(object.head()).at("a"), "2");
    object_index found = 0;
    EXPECT_TRUE(set.find("x", found));
    EXPECT_EQ(set.records(), 1U);
}

TEST_F(pending_set_test, last_change_dropped_frees_the_object_for_another) {
    const object_index x = add("a long object id that needs memory of its own", {{"a", "1"}});
    EXPECT_TRUE(set.drop_head(x));
    EXPECT_EQ(set.objects(), 0U);
    EXPECT_EQ(set.bytes(), 0U);
    object_index found = 0;
    EXPECT_FALSE(set.find("a long object id that needs memory of its own", found));
    EXPECT_EQ(add("y", {{"a", "1"}}), x);
    EXPECT_TRUE(is_new);
    EXPECT_EQ(set.at(x).id, "y");
}

TEST_F(pending_set_test, live_record_makes_a_bulk_change_live) {
    const object_index x = add("x", {{"a", "1"}}, lane::bulk);
    EXPECT_FALSE(set.at(x).live());
    add("x", {{"a", "2"}}, lane::live);
    EXPECT_TRUE(set.at(x).live());
    add("x", {{"a", "3"}}, lane::bulk);
    EXPECT_TRUE(set.at(x).live());
}

TEST_F(pending_set_test, bytes_come_back_to_nothing_whatever_happened) {
    std::mt19937 random(3);
    for (int step = 0; step < 20'000; ++step) {
        const std::string id = "object " + std::to_string(random() % 40);
        const std::string name = "$p" + std::to_string(random() % 30);
        const object_index x = add(id, {{name, "\"" + std::string(random() % 200, 'v') + "\""}});
        pending_object& object = set.at(x);
        switch (random() % 6) {
        case 0: object.phase = object_phase::in_flight; break;
        case 1: object.phase = object_phase::waiting; break;
        case 2: change_joins(set).merge_following(x); break;
        case 3: set.drop_head(x); break;
        default: break;
        }
    }
    EXPECT_GT(set.bytes(), 0U);
    std::vector<object_index> left;
    set.for_each([&](object_index index, const pending_object&) { left.push_back(index); });
    EXPECT_EQ(left.size(), set.objects());
    for (const object_index index : left)
        while (!set.drop_head(index)) {
        }
    EXPECT_EQ(set.bytes(), 0U);
    EXPECT_EQ(set.records(), 0U);
    EXPECT_EQ(set.objects(), 0U);
}

TEST_F(pending_set_test, changes_that_share_a_field_become_one_with_all_between_them) {
    const std::string large = "\"" + std::string(600, 'v') + "\""; // two of them fill a change
    const object_index x = add("x", {{"a", large}});
    for (const char* name : {"b", "a", "c"}) add("x", {{name, large}});
    const object_index y = add("y", {{"a", large}});
    add("y", {{"b", large}});
    std::vector<object_index> joined;
    change_joins(set).join_sharing([&](object_index index) { joined.push_back(index); });
    EXPECT_EQ(joined, std::vector{x});
    ASSERT_EQ(set.at(x).changes.size(), 2U);
    EXPECT_EQ(set.at(x).changes[0].records.count(), 3U);
    EXPECT_EQ(fields_of(set.at(x).changes[1]).count("c"), 1U);
    EXPECT_EQ(set.at(y).changes.size(), 2U) << "they share no field";
    for (const object_index index : {x, y})
        while (!set.drop_head(index)) {
        }
    EXPECT_EQ(set.bytes(), 0U);
    EXPECT_EQ(set.oldest(), std::nullopt);
}

} // namespace
} // namespace hubspool
