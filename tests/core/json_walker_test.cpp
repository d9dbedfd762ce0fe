#include "core/json/json_walker.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <random>
#include <string>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

// What a walk over the whole text comes to.
struct walked {
    walk_state state = walk_state::open;
    std::size_t at = 0; // where it stopped
    std::uint64_t newlines = 0;
    std::string damage;
    friend bool operator==(const walked&, const walked&) = default;
};

std::ostream& operator<<(std::ostream& out, const walked& w) {
    return out << static_cast<int>(w.state) << " at " << w.at << ", " << w.newlines << " newlines, "
               << w.damage;
}

// In windows of so many bytes.
walked walk_in(std::string_view text, walk_rule rule, std::size_t window) {
    json_walker walker;
    walker.begin(text.front(), rule);
    walked all;
    for (std::size_t begin = 0; begin < text.size(); begin += window) {
        std::size_t at = 0;
        all.state = walker.walk(text.substr(begin, window), at);
        all.at = begin + at;
        if (all.state != walk_state::open) break;
    }
    all.newlines = walker.take_newlines();
    if (all.state == walk_state::damaged) all.damage = walker.damage();
    return all;
}

walked walk(std::string_view text, walk_rule rule = walk_rule::sequence) {
    return walk_in(text, rule, text.size());
}

struct ending {
    const char* text;
    std::size_t end;
};

class whole_values : public ::testing::TestWithParam<ending> {};

TEST_P(whole_values, end_with_their_last_byte_whatever_stands_behind) {
    const auto& [text, end] = GetParam();
    for (const walk_rule rule : {walk_rule::balance, walk_rule::sequence, walk_rule::one_line}) {
        const walked found = walk(text, rule);
        EXPECT_EQ(found.state, walk_state::closed) << text << found;
        EXPECT_EQ(found.at, end) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(json_walker, whole_values,
                         ::testing::Values(ending{"{}{}", 2}, ending{"[]x", 2},
                                           ending{R"({"a":1} {)", 7}, ending{R"("a" "b")", 3},
                                           ending{R"({"a":"}"}x)", 9},
                                           ending{R"({"a":"\"}"}x)", 11},
                                           ending{R"({"a":"\\"}x)", 10}, ending{R"([[],[{}]]])", 9},
                                           ending{R"({"a":[{"b":{}}]},)", 16}, ending{"17,", 2},
                                           ending{"true ", 4}, ending{"null}", 4},
                                           ending{"-1.5e3]", 6}, ending{"?x y", 2}),
                         [](const auto& tested) { return "v" + std::to_string(tested.index); });

TEST(json_walker, value_that_goes_on_is_open_and_its_newlines_are_counted_once) {
    json_walker walker;
    walker.begin('{', walk_rule::sequence);
    std::size_t at = 0;
    EXPECT_EQ(walker.walk("{\n\"a\":\n", at), walk_state::open);
    EXPECT_EQ(at, 7U);
    EXPECT_EQ(walker.take_newlines(), 2U);
    EXPECT_EQ(walker.take_newlines(), 0U);
    at = 0;
    EXPECT_EQ(walker.walk("1\n}", at), walk_state::closed);
    EXPECT_EQ(walker.take_newlines(), 1U);
}

TEST(json_walker, object_that_was_cut_off_ends_where_the_next_one_begins) {
    for (const char* const text : {R"({"a":1,"b"{"c":2})", R"({"a":1 {"b":2})", R"({{"a":1}})",
                                   R"({"a":[1 {"b":2}])", R"({"a":"x"{)"}) {
        const walked found = walk(text);
        EXPECT_EQ(found.state, walk_state::damaged) << text;
        EXPECT_THAT(found.damage, HasSubstr("another object begins where none may stand"));
        EXPECT_EQ(text[found.at], '{') << text;
        EXPECT_NE(walk(text, walk_rule::balance).state, walk_state::damaged) << text;
    }
}

TEST(json_walker, braces_stand_behind_colon_comma_and_bracket_alone) {
    for (const char* const text : {R"({"a":{}})", R"([{},{}])", R"({"a": {"b":[ {} , {} ]}})"})
        EXPECT_EQ(walk(text).state, walk_state::closed) << text;
    // A comma in an object is followed by a name.
    EXPECT_EQ(walk(R"({"a":1,{}})").state, walk_state::damaged);
}

TEST(json_walker, bracket_of_the_other_kind_is_damage_where_it_stands) {
    for (const char* const text : {"{]", "[}", R"({"a":[}])", R"([[1},2])"}) {
        const walked found = walk(text);
        EXPECT_EQ(found.damage, "a bracket closes one of the other kind") << text;
    }
    EXPECT_EQ(walk(R"({"a":[}])").at, 6U);
}

TEST(json_walker, line_that_ends_in_a_string_is_damage_but_where_brackets_alone_count) {
    const std::string text = "{\"a\":\"cut\n{\"b\":1}";
    EXPECT_EQ(walk(text).damage, "its line ends inside a string");
    EXPECT_EQ(walk(text).at, 9U);
    EXPECT_EQ(walk("[\"a\nb\"]", walk_rule::balance).state, walk_state::closed);
    EXPECT_EQ(walk("[\"a\nb\"]", walk_rule::balance).newlines, 1U);
    // Also behind a backslash: it escapes no newline.
    EXPECT_EQ(walk("{\"a\":\"cut\\\n\"}").damage, "its line ends inside a string");
}

TEST(json_walker, after_damage_any_newline_ends_the_record) {
    EXPECT_EQ(walk("{\"a\":\n1}", walk_rule::one_line).damage,
              "the object is not closed on its line");
    EXPECT_EQ(walk("{\"a\":1}\n", walk_rule::one_line).state, walk_state::closed);
}

TEST(json_walker, nesting_beyond_what_it_knows_is_counted_and_still_ends) {
    const std::string deep = std::string(3000, '[') + std::string(3000, ']');
    EXPECT_EQ(walk(deep + "x").at, deep.size());
    EXPECT_EQ(walk(deep + "x").state, walk_state::closed);
    // Up to there each kind is known.
    const std::string known = std::string(1024, '[') + '}';
    EXPECT_EQ(walk(known).state, walk_state::damaged);
    EXPECT_EQ(walk(std::string(1025, '[') + '}').state, walk_state::open);
}

TEST(json_walker, backslash_at_the_end_of_a_window_escapes_the_first_byte_of_the_next) {
    json_walker walker;
    walker.begin('"', walk_rule::sequence);
    std::size_t at = 0;
    EXPECT_EQ(walker.walk("\"a\\", at), walk_state::open);
    EXPECT_TRUE(walker.escaped());
    at = 0;
    EXPECT_EQ(walker.walk("\"b\"", at), walk_state::closed);
    EXPECT_EQ(at, 3U);
}

// However the bytes are told, they mean the same.
TEST(json_walker, windows_of_any_size_come_to_the_same) {
    std::mt19937_64 random(20261130);
    constexpr std::string_view signs = "{}[]\"\\:,\n a1";
    for (int round = 0; round < testing::random_rounds(20000); ++round) {
        std::string text(1, "{[\"t"[random() % 4]);
        for (std::uint64_t n = random() % 40; n > 0; --n) text += signs[random() % signs.size()];
        const auto rule = static_cast<walk_rule>(random() % 3);
        const walked whole = walk(text, rule);
        for (const std::size_t window : {1U, 2U, 3U, 7U})
            ASSERT_EQ(walk_in(text, rule, window), whole)
                << text << " in windows of " << window << " by rule " << static_cast<int>(rule);
    }
}

} // namespace
} // namespace hubspool
