#include "core/sending/dead_letter_gate.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<std::string> ids{"a", "b", "c", "d"};

class dead_letter_gate_test : public ::testing::Test {
protected:
    dead_letter_gate_test() {
        for (const std::string& id : ids) places.push_back(gate.place_of(id));
    }
    std::vector<condemned> first(std::size_t count) const {
        std::vector<condemned> some;
        for (std::size_t i = 0; i < count; ++i)
            some.push_back({ids[i], places[i], "OBJECT_NOT_FOUND", "no such event"});
        return some;
    }

    dead_letter_gate gate{{2, 0.05}}; // two may die
    std::vector<std::uint64_t> places;
};

TEST_F(dead_letter_gate_test, few_may_die_and_one_more_holds_all_of_the_answer_back) {
    EXPECT_TRUE(gate.weigh(first(2), false).may_die);
    EXPECT_THAT(gate.suspects(), IsEmpty());
    const dead_letter_gate::ruling ruling = gate.weigh(first(3), false);
    EXPECT_FALSE(ruling.may_die);
    EXPECT_THAT(ruling.park_words, HasSubstr("OBJECT_NOT_FOUND would make dead letters of more "
                                             "than 2 objects (no such event)"));
    EXPECT_THAT(gate.suspects(), ElementsAre("a", "b", "c"));
}

TEST_F(dead_letter_gate_test, deaths_of_earlier_answers_count) {
    gate.weigh(first(2), false);
    EXPECT_FALSE(gate.weigh({{"d", places[3], "OBJECT_NOT_FOUND", ""}}, false).may_die);
    EXPECT_TRUE(gate.weigh({{"d", places[3], "VALIDATION_ERROR", ""}}, false).may_die);
}

TEST_F(dead_letter_gate_test, ever_changing_reasons_are_held_back_at_four_times_as_many) {
    for (int i = 0; i < 9; ++i) {
        const std::string id = "x" + std::to_string(i), category = "REASON_" + std::to_string(i);
        const auto ruling = gate.weigh({{id, gate.place_of(id), category, "no"}}, false);
        EXPECT_EQ(ruling.may_die, i < 8) << i;
        if (i == 8) {
            EXPECT_THAT(ruling.park_words, HasSubstr("REASON_8, among other reasons,"));
        }
    }
}

TEST_F(dead_letter_gate_test, nobody_dies_while_parked_and_no_new_park_is_asked_for) {
    const dead_letter_gate::ruling ruling = gate.weigh(first(1), true);
    EXPECT_FALSE(ruling.may_die);
    EXPECT_THAT(ruling.park_words, IsEmpty());
    EXPECT_THAT(gate.suspects(), ElementsAre("a"));
}

TEST_F(dead_letter_gate_test, object_that_died_and_comes_again_is_the_same_one) {
    gate.died("a", places[0]);
    EXPECT_EQ(gate.place_of("a"), places[0]);
    EXPECT_GT(gate.place_of("b"), places[3]) << "it has not died, so this is another";
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(gate.weigh(first(1), false).may_die);
}

TEST_F(dead_letter_gate_test, suspects_take_turns_and_are_forgotten_with_the_deaths) {
    gate.weigh(first(3), false);
    gate.next_suspect();
    EXPECT_THAT(gate.suspects(), ElementsAre("b", "c", "a"));
    gate.forget();
    EXPECT_THAT(gate.suspects(), IsEmpty());
    EXPECT_TRUE(gate.weigh(first(2), false).may_die);
}

} // namespace
} // namespace hubspool
