#include "state/ledger/ledger_survey.hpp"
#include "state/ledger_fixture.hpp"

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ledger_survey_test : public ledger_fixture {
protected:
    order_key shown(const std::string& id, const std::string& name) {
        const auto view = view_ledger(where(), id);
        EXPECT_TRUE(works(view));
        if (!view) return {};
        for (const ledger_field& f : view->entry.fields)
            if (f.field.name == name) return f.acknowledged;
        return {};
    }
    ledger_comparison compared() {
        differences.clear();
        auto found = compare_ledger(where(), [this](const ledger_difference& difference) {
            differences.push_back(difference);
        });
        EXPECT_TRUE(works(found));
        return found ? *found : ledger_comparison{};
    }
    void write_it() {
        looked_up({"1"});
        ASSERT_TRUE(works(known->flush()));
    }
    void change_file(const std::function<void(ledger_file&)>& change) {
        auto open = ledger_file::open(file());
        ASSERT_TRUE(works(open));
        change(*open);
    }
    std::vector<ledger_difference> differences;
};

TEST_F(ledger_survey_test, view_is_of_the_file_and_of_what_came_since) {
    commit({change_of("1", "city", {500, 7, 3}), change_of("1", "room", {500, 7, 3})});
    EXPECT_EQ(shown("1", "city"), (order_key{500, 7, 3})); // there is no file yet
    write_it();
    commit({change_of("1", "city", {500, 7, 9}), change_of("2", "city", {500, 8, 9})});
    EXPECT_EQ(shown("1", "city"), (order_key{500, 7, 9}));
    EXPECT_EQ(shown("1", "room"), (order_key{500, 7, 3}));
    EXPECT_EQ(view_ledger(where(), "1")->rows, 1U);
    EXPECT_TRUE(view_ledger(where(), "1")->has_file);
    EXPECT_THAT(view_ledger(where(), "3")->entry.fields, IsEmpty());
}

TEST_F(ledger_survey_test, view_of_another_portals_file_does_not_believe_it) {
    commit({change_of("1", "city", {500, 7, 3})}, {.portal = {{{"111", false}}}});
    write_it();
    ASSERT_TRUE(works(store->commit({.portal = {{{"222", true}}}})));
    EXPECT_EQ(shown("1", "city"), order_key{});
    EXPECT_EQ(view_ledger(where(), "1")->portal, "222");
}

TEST_F(ledger_survey_test, ledger_that_is_as_the_history_has_no_differences) {
    commit_at_random(150);
    write_it();
    commit_at_random(20); // which the file has not
    const ledger_comparison found = compared();
    EXPECT_EQ(found.differences, 0U);
    EXPECT_EQ(found.rows, 150U);
    EXPECT_GT(found.objects, 10U);
    EXPECT_FALSE(std::filesystem::exists(where() + "/ledger-check.db"));
}

TEST_F(ledger_survey_test, what_only_one_of_them_has_is_told) {
    commit({change_of("1", "city", {500, 7, 3}), change_of("2", "city", {500, 7, 4})});
    write_it();
    known.reset();
    change_file([&](ledger_file& open) {
        ledger_file::learnt more;
        more["1"].raise(open.number_of(field_kind::property, "city"),
                        object_keys::kind::acknowledged, {600, 1, 1});
        more["3"].raise(open.number_of(field_kind::custom, "city"), object_keys::kind::doubt,
                        {600, 1, 2});
        EXPECT_TRUE(works(open.merge(more, open.mark())));
    });
    EXPECT_EQ(compared().differences, 2U);
    ASSERT_THAT(differences, SizeIs(2));
    EXPECT_EQ(differences[0].object_id, "1");
    EXPECT_EQ(differences[0].in_ledger, (order_key{600, 1, 1}));
    EXPECT_EQ(differences[0].in_history, (order_key{500, 7, 3}));
    EXPECT_TRUE(differences[1].doubt);
    EXPECT_EQ(differences[1].field.kind, field_kind::custom);

    // It says that it has a row, and has nothing of it.
    ASSERT_TRUE(works(ledger_file::remove(file())));
    change_file([&](ledger_file& open) {
        ledger_mark mark;
        mark.state_id = "queue-a";
        mark.epoch = value_of(store->load_meta()).epoch;
        mark.upto = 1;
        EXPECT_TRUE(works(open.put_mark(mark)));
    });
    EXPECT_EQ(compared().differences, 2U);
    EXPECT_EQ(differences.at(0).in_ledger, order_key{});
    EXPECT_EQ(differences.at(0).in_history, (order_key{500, 7, 3}));
}

TEST_F(ledger_survey_test, what_lies_below_the_horizon_is_no_difference) {
    commit({change_of("1", "city", {500, 7, 3})});
    commit({change_of("2", "city", {900, 7, 3})});
    write_it();
    ASSERT_TRUE(works(store->trim({at_ms(1'000'000), 1000, {}})));
    EXPECT_EQ(compared().differences, 0U);
}

TEST_F(ledger_survey_test, without_a_ledger_there_is_nothing_to_compare) {
    const auto found = compare_ledger(where(), [](const ledger_difference&) {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ENOENT);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(ledger_survey_test, rebuild_is_refused_beside_a_daemon_and_then_takes_in_all) {
    commit_at_random(30);
    write_it();
    known.reset();
    std::vector<std::uint64_t> rows;
    const auto begins = [&](std::uint64_t count) { rows.push_back(count); };
    EXPECT_EQ(rebuild_ledger(where(), begins).error().code, EBUSY);
    EXPECT_THAT(rows, IsEmpty());
    store.reset();
    ASSERT_TRUE(works(rebuild_ledger(where(), begins)));
    EXPECT_THAT(rows, ::testing::ElementsAre(30U));
    EXPECT_EQ(compared().differences, 0U);
    reopen_ledger();
    expect_as_expected();
}

} // namespace
} // namespace hubspool
