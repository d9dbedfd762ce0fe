#include "core/pending/block_merge.hpp"
#include "core/pending/change_joins.hpp"
#include "core/record_block.hpp"
#include "support/random_rounds.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using testing::field_list;
using ::testing::IsEmpty;
using testing::record_block;
using ::testing::SizeIs;

class change_joins_test : public ::testing::Test {
protected:
    object_index add(std::string_view id, const field_list& fields) {
        record_block block(1, lane::live, next_++);
        block.record(id, fields);
        bool is_new = false;
        return block_merge(set, block.block()).add(0, start, is_new);
    }
    // The next record of it goes into a change of its own.
    void fix_head(object_index index) { set.at(index).frozen = true; }
    void let_go(object_index index) { set.at(index).frozen = false; }
    static std::map<std::string, std::string> fields_of(const pending_change& change) {
        std::map<std::string, std::string> all;
        change.fields.for_each([&](const field& f, std::uint32_t) {
            all.emplace(std::string(f.name), std::string(f.value));
        });
        return all;
    }
    std::size_t bytes_by_hand() const {
        std::size_t bytes = 0;
        set.for_each([&](object_index, const pending_object& object) {
            bytes += object.bytes_of_changes();
        });
        return bytes;
    }

    pending_set set{1000};
    change_joins joins{set};

private:
    std::uint64_t next_ = 0;
};

TEST_F(change_joins_test, first_change_takes_up_what_collected_behind_it) {
    const object_index x = add("x", {{"a", "1"}, {"b", "1"}});
    fix_head(x);
    add("x", {{"b", "2"}, {"c", "2"}});
    ASSERT_THAT(set.at(x).changes, SizeIs(2));
    let_go(x);
    joins.merge_following(x);
    ASSERT_THAT(set.at(x).changes, SizeIs(1));
    EXPECT_EQ(fields_of(set.at(x).head()),
              (std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}, {"c", "2"}}));
    EXPECT_EQ(set.at(x).head().records.count(), 2U);
}

// Of an object that is in files of both lanes, after a restart.
TEST_F(change_joins_test, many_changes_of_both_lanes_become_one_with_the_newest_value) {
    constexpr std::uint64_t rounds = 5000;
    object_index x = 0;
    bool is_new = false;
    for (std::uint64_t i = 0; i < rounds; ++i) {
        record_block live(2, lane::live, i), bulk(1, lane::bulk, i);
        live.order({2000, 2000, 2}).record("x", {{"a", "live" + std::to_string(i)}});
        bulk.order({1000, 1000, 1})
            .record("x", {{"a", "bulk" + std::to_string(i)}, {"b", std::to_string(i)}});
        x = block_merge(set, live.block()).add(0, start, is_new);
        block_merge(set, bulk.block()).add(0, start, is_new);
    }
    ASSERT_GE(set.at(x).changes.size(), 2 * rounds / pending_change::unordered_records_max);
    joins.join_sharing([](object_index) {});
    ASSERT_THAT(set.at(x).changes, SizeIs(1));
    EXPECT_EQ(set.at(x).head().records.count(), 2 * rounds);
    EXPECT_EQ(fields_of(set.at(x).head()),
              (std::map<std::string, std::string>{{"a", "live4999"}, {"b", "4999"}}));
    EXPECT_EQ(set.bytes() - set.idle_bytes(),
              bytes_by_hand() + pending_set::object_bytes + set.at(x).id.size());
}

TEST_F(change_joins_test, change_that_was_sent_stays_exactly_as_it_is) {
    const object_index x = add("x", {{"a", "1"}});
    fix_head(x);
    add("x", {{"a", "2"}});
    joins.merge_following(x);
    EXPECT_THAT(set.at(x).changes, SizeIs(2));
    EXPECT_EQ(fields_of(set.at(x).head()), (std::map<std::string, std::string>{{"a", "1"}}));
}

TEST_F(change_joins_test, suspect_keeps_later_values_out) {
    const object_index x = add("x", {{"a", "1"}});
    fix_head(x);
    add("x", {{"a", "2"}});
    let_go(x);
    set.at(x).batch_cap = 50;
    joins.merge_following(x);
    EXPECT_THAT(set.at(x).changes, SizeIs(2));
}

TEST_F(change_joins_test, full_change_takes_up_no_more) {
    const std::string large = '"' + std::string(900, 'x') + '"';
    const object_index x = add("x", {{"a", large}});
    fix_head(x);
    add("x", {{"b", large}});
    let_go(x);
    joins.merge_following(x);
    EXPECT_THAT(set.at(x).changes, SizeIs(2));
}

TEST_F(change_joins_test, object_with_one_change_has_nothing_to_join) {
    const object_index x = add("x", {{"a", "1"}});
    joins.merge_following(x);
    std::vector<object_index> joined;
    joins.join_sharing([&](object_index index) { joined.push_back(index); });
    EXPECT_THAT(joined, IsEmpty());
    EXPECT_THAT(set.at(x).changes, SizeIs(1));
}

TEST_F(change_joins_test, changes_that_share_a_field_become_one_with_all_between_them) {
    const std::string large = '"' + std::string(600, 'x') + '"';
    const object_index x = add("x", {{"a", large}});
    add("x", {{"b", large}});
    add("x", {{"a", "1"}});
    add("x", {{"c", large}});
    const std::size_t n_changes = set.at(x).changes.size();
    ASSERT_GT(n_changes, 1U);
    std::vector<object_index> joined;
    joins.join_sharing([&](object_index index) { joined.push_back(index); });
    EXPECT_THAT(joined, ElementsAre(x));
    const auto first = fields_of(set.at(x).head());
    EXPECT_EQ(first.at("a"), "1");
    EXPECT_EQ(first.at("b"), large);
}

TEST_F(change_joins_test, changes_of_different_fields_stay_apart) {
    const std::string large = '"' + std::string(900, 'x') + '"';
    const object_index x = add("x", {{"a", large}});
    add("x", {{"b", large}});
    ASSERT_THAT(set.at(x).changes, SizeIs(2));
    std::vector<object_index> joined;
    joins.join_sharing([&](object_index index) { joined.push_back(index); });
    EXPECT_THAT(joined, IsEmpty());
    EXPECT_THAT(set.at(x).changes, SizeIs(2));
}

// After a join no field stands in two changes of an object, the newest value of each stands, and
// the set still knows what it holds.
TEST_F(change_joins_test, random_changes_are_joined_as_a_map_of_fields_says) {
    std::mt19937_64 random(20261130);
    std::map<std::string, std::map<std::string, std::string>> newest;
    for (int n = 0; n < testing::random_rounds(600); ++n) {
        const std::string id = std::to_string(random() % 12);
        const std::string name = "f" + std::to_string(random() % 6);
        const std::string value = '"' + std::string(random() % 500, 'x') + std::to_string(n) + '"';
        const object_index index = add(id, {{name, value}});
        newest[id][name] = value;
        if (random() % 4 == 0) set.at(index).frozen = !set.at(index).frozen;
    }
    set.for_each([&](object_index index, const pending_object&) { set.at(index).frozen = false; });
    const std::size_t beside = set.bytes() - bytes_by_hand();
    joins.join_sharing([](object_index) {});
    set.for_each([&](object_index, const pending_object& object) {
        std::map<std::string, std::string> found;
        for (const pending_change& change : object.changes)
            for (const auto& [name, value] : fields_of(change))
                EXPECT_TRUE(found.emplace(name, value).second) << name << " stands in two changes";
        EXPECT_EQ(found, newest[object.id]);
    });
    EXPECT_LE(set.bytes() - bytes_by_hand(), beside + (1U << 20));
}

} // namespace
} // namespace hubspool
