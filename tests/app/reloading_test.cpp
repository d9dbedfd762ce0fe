#include "app/daemon/reloading.hpp"
#include "support/captured_log.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <future>

namespace hubspool {
namespace {

using ::hubspool::testing::said_while;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class reloading_test : public ::testing::Test {
protected:
    void read_to_the_end() {
        reloading_.ask();
        run_until([this] { return told_.back() != "begun"; });
    }
    template <class Condition>
    void run_until(Condition holds) {
        while (!holds()) loop_.run_one();
    }

    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::vector<std::string> told_;
    std::atomic<int> reads_ = 0;
    std::function<result<settings>()> read_ = [] { return settings{}; };
    std::vector<log_level> taken_;
    reloading reloading_{loop_,
                         settings{},
                         {[this] {
                              ++reads_;
                              return read_();
                          },
                          [this](const settings& changed) { taken_.push_back(changed.log.level); }},
                         {[this] { told_.emplace_back("begun"); },
                          [this](const std::string& trouble) { told_.push_back("on " + trouble); },
                          [this] { told_.emplace_back("renew"); }}};
};

} // namespace

TEST_F(reloading_test, what_has_not_changed_goes_on) {
    EXPECT_THAT(said_while([this] { read_to_the_end(); }), HasSubstr("nothing has changed"));
    EXPECT_THAT(told_, ElementsAre("begun", "on "));
    EXPECT_FALSE(reloading_.renews());
    EXPECT_THAT(taken_, IsEmpty());
}

TEST_F(reloading_test, what_cannot_be_read_goes_on_with_the_reason) {
    read_ = [] { return failure{"hubspool.yaml:3:1: what is that"}; };
    EXPECT_THAT(said_while([this] { read_to_the_end(); }), HasSubstr("hubspool.yaml:3:1"));
    EXPECT_THAT(told_, ElementsAre("begun", "on hubspool.yaml:3:1: what is that"));
}

TEST_F(reloading_test, log_is_taken_in_as_it_goes_and_held_against_from_then_on) {
    read_ = [] {
        settings changed;
        changed.log.level = log_level::debug;
        return changed;
    };
    read_to_the_end();
    read_to_the_end();
    EXPECT_THAT(told_, ElementsAre("begun", "on ", "begun", "on "));
    EXPECT_THAT(taken_, ElementsAre(log_level::debug));
}

TEST_F(reloading_test, all_else_ends_the_run_and_the_next_begins_with_it) {
    read_ = [] {
        settings changed;
        changed.batch.max_inputs = 7;
        changed.brake.count = 8;
        return changed;
    };
    EXPECT_THAT(said_while([this] { read_to_the_end(); }),
                HasSubstr("keys=\"batch.max_inputs, brake.count\""));
    EXPECT_EQ(told_.back(), "renew");
    EXPECT_TRUE(reloading_.renews());
    reloading_.ask();
    EXPECT_EQ(reads_, 1) << "the next run reads it";
    EXPECT_EQ(reloading_.end()->batch.max_inputs, 7U);
}

TEST_F(reloading_test, stop_goes_before_a_reload) {
    read_ = [] {
        settings changed;
        changed.batch.max_inputs = 7;
        return changed;
    };
    read_to_the_end();
    reloading_.end();
    EXPECT_EQ(reloading_.end(), std::nullopt);
}

TEST_F(reloading_test, asked_while_it_reads_it_reads_once_more) {
    std::promise<void> may_end;
    auto wait = may_end.get_future().share();
    read_ = [wait] {
        wait.wait();
        return settings{};
    };
    for (int i = 0; i < 5; ++i) reloading_.ask();
    may_end.set_value();
    run_until([this] { return told_.size() == 4; });
    EXPECT_EQ(reads_, 2);
}

TEST_F(reloading_test, what_is_read_after_the_end_is_not_taken_in) {
    reloading_.ask();
    reloading_.end();
    loop_.run_one();
    EXPECT_THAT(told_, ElementsAre("begun"));
}

TEST_F(reloading_test, who_asks_is_told_what_came_of_the_reading_that_began_after) {
    using outcome = reload_result::outcome;
    std::vector<std::pair<outcome, std::string>> got;
    const auto keep = [&](const reload_result& done) {
        got.emplace_back(done.what, fmt::format("{}{}", done.why, fmt::join(done.keys, ",")));
    };
    std::promise<void> may_end;
    read_ = [this, wait = may_end.get_future().share()] {
        wait.wait();
        return reads_ == 1 ? result<settings>(settings{}) : failure{"wrong"};
    };
    for (int i = 0; i < 3; ++i) reloading_.ask(keep); // the file may have changed since
    may_end.set_value();
    run_until([&] { return got.size() == 3; });
    EXPECT_EQ(reads_, 2);
    read_ = [] {
        settings changed;
        changed.batch.max_inputs = 7;
        return changed;
    };
    reloading_.ask(keep);
    run_until([&] { return got.size() == 4; });
    reloading_.ask(keep);
    reloading_.end();
    reloading_.ask(keep);
    EXPECT_THAT(got,
                ElementsAre(std::pair(outcome::unchanged, ""), std::pair(outcome::refused, "wrong"),
                            std::pair(outcome::refused, "wrong"),
                            std::pair(outcome::renews, "batch.max_inputs"),
                            std::pair(outcome::renews, ""), std::pair(outcome::too_late, "")));
}

TEST_F(reloading_test, end_tells_who_still_waits) {
    std::vector<reload_result::outcome> got;
    reloading_.ask([&](const reload_result& done) { got.push_back(done.what); });
    reloading_.end();
    EXPECT_THAT(got, ElementsAre(reload_result::outcome::too_late));
}

TEST_F(reloading_test, without_a_source_nothing_is_read) {
    reloading none(loop_, settings{}, {},
                   {[] { FAIL(); }, [](const std::string&) { FAIL(); }, [] { FAIL(); }});
    none.ask();
    EXPECT_EQ(loop_.poll(), 0U);
}

} // namespace hubspool
