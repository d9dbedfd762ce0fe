#include "state/batch_history.hpp"
#include "state/state_builders.hpp"
#include "support/settled_fields.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct batch_history_test : testing::Test {
    temp_dir directory;
    std::string where = directory.path().string();
    std::unique_ptr<state_store> store = opened(where);

    // Batch n settles a change of objects n and n + 1.
    void SetUp() override {
        commit_unit unit;
        for (std::uint64_t n = 1; n <= 5; ++n) {
            batch_outcome outcome = make_outcome(n, 1, n, n + 1);
            outcome.changes = {{std::to_string(n), fate::delivered, false, fields_named({"city"})},
                               {std::to_string(n + 1), fate::dead, false, fields_named({"12"})}};
            unit.outcomes.push_back(outcome);
        }
        ASSERT_TRUE(works(store->commit(unit)));
    }
    batch_history history() {
        auto made = batch_history::open(where);
        EXPECT_TRUE(works(made));
        return std::move(*made);
    }
    std::vector<std::uint64_t> batches_of(std::string_view id, batch_history::rows among) {
        std::vector<std::uint64_t> found;
        EXPECT_TRUE(works(history().visit_of(
            id, among, [&](const batch_outcome& outcome) { found.push_back(outcome.batch); })));
        return found;
    }
};

TEST_F(batch_history_test, batches_of_an_object_are_those_that_settled_a_change_of_it) {
    EXPECT_THAT(batches_of("3", {1, 5}), ElementsAre(2U, 3U));
    EXPECT_THAT(batches_of("1", {1, 5}), ElementsAre(1U));
    EXPECT_THAT(batches_of("12", {1, 5}), IsEmpty()) << "it is the name of a field";
    EXPECT_THAT(batches_of("7", {1, 5}), IsEmpty());
}

TEST_F(batch_history_test, rows_bound_what_is_looked_at) {
    EXPECT_THAT(batches_of("3", {3, 5}), ElementsAre(3U));
    const auto all = value_of(history().recorded({}));
    EXPECT_EQ(all.first, 1U);
    EXPECT_EQ(all.last, 5U);
    EXPECT_EQ(value_of(history().recorded(at_ms(3001))).first, 3U);
    const auto none = value_of(history().recorded(at_ms(9000)));
    EXPECT_LT(none.last, none.first);
}

TEST_F(batch_history_test, one_batch_is_found_by_its_number) {
    EXPECT_EQ(value_of(history().find(4))->http_status, 200);
    EXPECT_FALSE(value_of(history().find(6)));
    EXPECT_FALSE(value_of(history().find(0))) << "0 is no batch";
}

TEST(settlement_search, blob_that_names_the_object_is_never_passed_over) {
    batch_outcome outcome;
    outcome.changes = {{"1234", fate::delivered, false, {}},
                       {std::string(200, 'x'), fate::dead, false, {}}};
    const std::string blob = encode_settlement(outcome);
    EXPECT_TRUE(settlement_search("1234").may_name(blob));
    EXPECT_TRUE(settlement_search(std::string(200, 'x')).may_name(blob));
    EXPECT_FALSE(settlement_search("123").may_name(blob));
    EXPECT_FALSE(settlement_search("234").may_name(blob));
}

} // namespace
} // namespace hubspool
