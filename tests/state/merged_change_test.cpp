// What the rows of merged changes tell the ledger, and the ledger the engine.
#include "core/engine_story.hpp"
#include "state/ledger_fixture.hpp"

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr as_of_ms of_the_url = 100, late_as_of = 200, of_the_name = 300;

// Two ends of one story: the engine's outcome is committed, and the ledger is asked of the rows.
class engine_of_story : public testing::engine_story {
public:
    void TestBody() override {}
    void read(std::uint64_t file, testing::field_list fields, as_of_ms as_of) {
        testing::record_block block(file, lane::bulk);
        block.order({file * 1000, file * 1000, file}).record("a", fields).as_of(as_of);
        tell(event::records_read{block.block()});
    }
    batch_outcome deliver_all() {
        EXPECT_TRUE(send());
        return deliver().outcome;
    }
    // Another process, for which all that came so far is of before.
    void start_again(std::uint64_t files) {
        restart(testing::plain_options());
        event::run_before left;
        left.newest_key = {files * 1000, files, UINT64_MAX};
        restore(std::move(left));
    }
    std::string next_body() {
        const auto sent = send();
        return sent ? sent->body : "";
    }
    void learn(std::vector<ledger_field> known) { engine->ledger["a"] = std::move(known); }
};

class merged_change_test : public ledger_fixture {
protected:
    // One change of two records, of which each has a key of its own, was delivered.
    void SetUp() override {
        ledger_fixture::SetUp();
        story.read(1, {{"eventUrl", "1"}}, of_the_url);
        story.read(2, {{"eventName", "2"}}, of_the_name);
        commit_unit unit;
        unit.outcomes.push_back(story.deliver_all());
        ASSERT_TRUE(works(store->commit(unit)));
        story.start_again(2);
        story.learn(looked_up({"a"}).at(0).fields);
    }

    engine_of_story story;
};

TEST_F(merged_change_test, scenario_41_ledger_has_the_key_of_each_field) {
    EXPECT_EQ(acknowledged("a", "eventUrl"), (order_key{of_the_url, 1, 0}));
    EXPECT_EQ(acknowledged("a", "eventName"), (order_key{of_the_name, 2, 0}));
}

// With one key for the change it would be lost.
TEST_F(merged_change_test, scenario_41_late_record_newer_than_its_own_field_is_sent) {
    story.read(3, {{"eventUrl", "3"}, {"eventName", "3"}}, late_as_of);
    const std::string body = story.next_body();
    EXPECT_THAT(body, HasSubstr(R"("eventUrl":3)"));
    EXPECT_THAT(body, Not(HasSubstr("eventName")));
}

TEST_F(merged_change_test, late_record_older_than_its_own_field_is_not_sent) {
    story.read(3, {{"eventUrl", "3"}}, of_the_url - 1);
    EXPECT_THAT(story.next_body(), IsEmpty());
}

} // namespace
} // namespace hubspool
