#include "app/daemon/ledger_thread.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace hubspool {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class ledger_thread_test : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(works(store->begin_run(1, "queue-a"))); }
    void TearDown() override {
        if (thread) thread->finish();
    }
    std::string where() const { return directory.path().string(); }

    void start(std::size_t most_gathered = ledger_thread::gathered_max) {
        thread = std::make_unique<ledger_thread>(
            where(), [this](ledger_answer found) { answers.post_now(std::move(found.entries)); },
            most_gathered);
        thread->start();
    }
    void commit(const std::string& id, const order_key& key) {
        batch_outcome outcome = make_outcome(++batches, key.number, 0, 1);
        outcome.changes = {{id, fate::delivered, false, {{field_kind::property, "city", key}}}};
        ASSERT_TRUE(works(store->commit({.outcomes = {outcome}})));
    }
    static commit_unit of_portal(const std::string& portal) {
        commit_unit unit;
        // The first is of a history that was nobody's.
        unit.portal = {{portal, portal != "111"}, 0};
        return unit;
    }
    std::vector<ledger_entry> next_answer() {
        if (waiting.empty()) {
            for (auto& taken : answers.take_all(std::chrono::seconds(30)))
                waiting.push_back(std::move(taken));
        }
        if (waiting.empty()) {
            ADD_FAILURE() << "no answer";
            return {};
        }
        auto first = std::move(waiting.front());
        waiting.pop_front();
        return first;
    }

    temp_dir directory;
    std::unique_ptr<state_store> store = opened(where());
    std::uint64_t batches = 0;
    mailbox<std::vector<ledger_entry>> answers{1000};
    std::deque<std::vector<ledger_entry>> waiting;
    std::unique_ptr<ledger_thread> thread;
};

TEST_F(ledger_thread_test, each_question_has_one_answer_in_order_with_an_entry_for_each_object) {
    start();
    commit("1", {500, 7, 3});
    thread->ask({"1", "2"});
    commit("2", {500, 7, 4});
    thread->ask({"2"});
    const auto first = next_answer();
    ASSERT_THAT(first, SizeIs(2));
    EXPECT_EQ(first[0].object_id, "1");
    EXPECT_EQ(first[0].fields.at(0).acknowledged, (order_key{500, 7, 3}));
    EXPECT_EQ(first[1].object_id, "2");
    const auto second = next_answer();
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_EQ(second[0].fields.at(0).acknowledged, (order_key{500, 7, 4}));
}

// Scenario 54: what the portal before acknowledged says nothing of this one.
TEST_F(ledger_thread_test, scenario_54_answer_waits_until_the_portal_is_recorded) {
    start();
    ASSERT_TRUE(works(store->commit(of_portal("111"))));
    commit("1", {500, 7, 3});
    thread->portal_is("111");
    thread->ask({"1"});
    EXPECT_THAT(next_answer().at(0).fields, SizeIs(1));
    thread->portal_is("222");
    thread->ask({"1"});
    EXPECT_THAT(answers.take_all(std::chrono::milliseconds(50)), IsEmpty());
    ASSERT_TRUE(works(store->commit(of_portal("222"))));
    EXPECT_THAT(next_answer().at(0).fields, IsEmpty());
}

TEST_F(ledger_thread_test, question_that_was_asked_for_a_portal_before_does_not_wait_for_ever) {
    start();
    thread->portal_is("111");
    thread->ask({"1"});
    EXPECT_THAT(answers.take_all(std::chrono::milliseconds(50)), IsEmpty());
    ASSERT_TRUE(works(store->commit(of_portal("222"))));
    thread->portal_is("222");
    EXPECT_THAT(next_answer(), SizeIs(1));
}

TEST_F(ledger_thread_test, question_that_cannot_be_answered_waits_until_it_can) {
    std::filesystem::create_directory(where() + "/ledger.db"); // which no database can be
    std::filesystem::create_directory(where() + "/ledger.db/in_it");
    start();
    commit("1", {500, 7, 3});
    thread->ask({"1"});
    thread->ask({"2"});
    EXPECT_THAT(answers.take_all(std::chrono::milliseconds(100)), IsEmpty());
    std::filesystem::remove_all(where() + "/ledger.db");
    EXPECT_EQ(next_answer().at(0).fields.at(0).acknowledged, (order_key{500, 7, 3}));
    EXPECT_THAT(next_answer().at(0).fields, IsEmpty());
}

TEST_F(ledger_thread_test, what_was_taken_in_for_a_question_is_written_at_the_end) {
    start();
    commit("1", {500, 7, 3});
    thread->ask({"1"});
    next_answer();
    thread->finish();
    thread.reset();
    auto file = ledger_file::open_for_reading(where() + "/ledger.db");
    ASSERT_TRUE(works(file));
    EXPECT_EQ(file->mark().upto, 1U);
    EXPECT_EQ(file->objects(), 1U);
}

TEST_F(ledger_thread_test, what_has_gathered_is_written_unasked) {
    start(10);
    commit("1", {500, 7, 3});
    thread->acknowledged(9);
    thread->committed();
    thread->acknowledged(1);
    thread->committed();
    const auto is_written = [&] {
        auto file = ledger_file::open_for_reading(where() + "/ledger.db");
        return file && file->mark().upto == 1;
    };
    for (int look = 0; look < 3000 && !is_written(); ++look)
        answers.take_all(std::chrono::milliseconds(10));
    EXPECT_TRUE(is_written());
}

TEST_F(ledger_thread_test, ends_with_questions_that_nobody_can_answer) {
    std::filesystem::remove(where() + "/state.db");
    start();
    thread->ask({"1"});
    thread->finish();
    thread.reset();
}

} // namespace
} // namespace hubspool
