// What operators ask for, over random stories of commands, slow answers and arrivals: nothing goes
// out that a pause should hold, and each resume is heeded once.
#include "core/engine/operator_rule.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace hubspool {
namespace {

// The database, a daemon that asks it, and the people who write into it.
class pausing_story {
public:
    explicit pausing_story(unsigned seed) : random_(seed) {}

    void step() {
        switch (random_() % 6) {
        case 0: database_.paused = true; break; // `pause` has returned
        case 1:                                 // `resume` has returned
            database_.paused = false;
            ++database_.resumes;
            break;
        case 2: // something came: what was asked for before is to hold it
            open_ = false;
            needed_ = database_;
            ask(rule_.ask_anew());
            break;
        case 3: ask(rule_.ask()); break; // a tick
        case 4: look(); break;
        default: answer(); break;
        }
    }

    // Until nothing is on its way any more.
    void come_to_rest() {
        ask(rule_.ask_anew());
        while (on_its_way_) {
            look();
            answer();
        }
        ask(rule_.ask());
        look();
        answer();
    }
    void check_it_is_as_the_people_want() const {
        EXPECT_EQ(paused_, database_.paused);
        EXPECT_FALSE(rule_.is_unread());
        EXPECT_TRUE(open_);
    }

private:
    struct question {
        bool looked = false;
        std::optional<operator_request> found;
    };

    void ask(bool wanted) {
        if (!wanted) {
            EXPECT_TRUE(on_its_way_) << "it may only stay silent while an answer is to come";
            return;
        }
        EXPECT_FALSE(on_its_way_) << "one at a time";
        on_its_way_ = question{};
    }
    // The state thread reads, some time before its answer comes.
    void look() {
        if (!on_its_way_ || on_its_way_->looked) return;
        on_its_way_->looked = true;
        if (random_() % 8 != 0) on_its_way_->found = database_; // else it cannot be read
    }
    void answer() {
        if (!on_its_way_ || !on_its_way_->looked) return;
        const auto found = on_its_way_->found;
        on_its_way_.reset();
        const operator_rule::step next = rule_.read(found, paused_);
        if (next.resume) {
            paused_ = false;
            EXPECT_TRUE(found);
        }
        if (next.pause) paused_ = true;
        if (next.ask_again) {
            EXPECT_FALSE(next.go_on || next.resume || next.pause) << "an old answer says nothing";
            on_its_way_ = question{};
        }
        if (next.go_on) {
            open_ = true;
            check_what_goes_out(*found);
        }
    }
    // What came is sent from here on. A pause of before it came must hold it, but for a resume
    // since.
    void check_what_goes_out(const operator_request& found) {
        EXPECT_EQ(paused_, found.paused);
        if (!needed_) return;
        EXPECT_GE(found.resumes, needed_->resumes) << "what was read is older than what came";
        if (needed_->paused && found.resumes == needed_->resumes) {
            EXPECT_TRUE(paused_);
        }
    }

    std::mt19937 random_;
    operator_rule rule_{0};
    operator_request database_;
    std::optional<question> on_its_way_;
    std::optional<operator_request> needed_; // stood there when something came last
    bool paused_ = false;
    bool open_ = true;
};

TEST(operator_rule_model, a_pause_of_before_an_arrival_always_holds_it) {
    for (unsigned seed = 0; seed < testing::random_rounds(400U); ++seed) {
        SCOPED_TRACE(seed);
        pausing_story story(seed);
        for (int i = 0; i < 200; ++i) story.step();
        if (::testing::Test::HasFailure()) return;
    }
}

TEST(operator_rule_model, at_rest_it_is_as_people_want_it) {
    for (unsigned seed = 0; seed < testing::random_rounds(400U); ++seed) {
        SCOPED_TRACE(seed);
        pausing_story story(seed);
        for (int i = 0; i < 100; ++i) story.step();
        // A database that cannot be read for a while is asked again: some more rounds.
        for (int i = 0; i < 12; ++i) story.come_to_rest();
        story.check_it_is_as_the_people_want();
        if (::testing::Test::HasFailure()) return;
    }
}

} // namespace
} // namespace hubspool
