#include "core/answers/echo_check.hpp"
#include "core/record_block.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using testing::field_list;
using ::testing::IsEmpty;
using testing::record_block;

// As they are sent: custom properties have a dollar in front.
field_set sent_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
    field_set sent;
    std::uint32_t owner = 0;
    for (const auto& [name, value] : fields) {
        record_block block;
        block.record("1", {{name, value}});
        const decoded_block& made = block.block();
        std::vector<numbered_key> keys;
        for (const auto& key : made.keys) keys.push_back(number(nullptr, key.kind, key.name));
        sent.merge(made.text(made.records[0].fields), keys, owner++);
    }
    return sent;
}

std::vector<std::string> missing(const std::vector<std::pair<std::string, std::string>>& fields,
                                 const std::vector<std::string_view>& echo) {
    return missing_from_echo(sent_fields(fields), echo);
}

TEST(echo_check, echo_of_all_that_was_sent_lacks_nothing) {
    EXPECT_THAT(missing({{"$a", "1"}, {"$b", "2"}}, {"a", "b"}), IsEmpty());
    EXPECT_THAT(missing({{"$a", "1"}, {"$b", "2"}}, {"b", "more", "a"}), IsEmpty());
    EXPECT_THAT(missing({}, {}), IsEmpty());
}

TEST(echo_check, property_that_is_not_echoed_is_named) {
    EXPECT_THAT(missing({{"$a", "1"}, {"$b", "2"}, {"$c", "3"}}, {"a", "c"}), ElementsAre("b"));
    EXPECT_THAT(missing({{"$a", "1"}}, {}), ElementsAre("a"));
    EXPECT_THAT(missing({{"$a", "1"}}, {"A"}), ElementsAre("a")) << "names have their case";
}

TEST(echo_check, fields_of_the_event_itself_are_not_looked_for) {
    EXPECT_THAT(missing({{"eventName", "\"x\""}, {"$a", "1"}}, {"a"}), IsEmpty());
}

TEST(echo_check, what_was_cleared_may_be_missing) {
    EXPECT_THAT(missing({{"$a", "null"}, {"$b", "\"\""}, {"$c", "\"0\""}, {"$d", "0"}}, {}),
                ElementsAre("c", "d"));
}

TEST(echo_check, names_that_are_sent_escaped_are_found_as_they_are) {
    EXPECT_THAT(missing({{R"($say \"hi\")", "1"}, {R"($a\\b)", "2"}}, {"say \"hi\"", "a\\b"}),
                IsEmpty());
    EXPECT_THAT(missing({{R"($say \"hi\")", "1"}}, {"say hi"}), ElementsAre(R"(say \"hi\")"));
}

// In any order, with few names and with many.
TEST(echo_check, any_echo_lacks_what_a_set_says_it_lacks) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(400); ++round) {
        const std::uint64_t names = 1 + random() % 40;
        std::vector<std::pair<std::string, std::string>> fields;
        std::set<std::string> used;
        for (std::uint64_t n = random() % 30; n > 0; --n) {
            const std::string name = "p" + std::to_string(random() % names);
            if (used.insert(name).second) fields.emplace_back("$" + name, "1");
        }
        std::vector<std::string> echo;
        for (std::uint64_t n = random() % 40; n > 0; --n)
            echo.push_back("p" + std::to_string(random() % names));
        if (random() % 3 == 0) { // as answers mostly are
            echo.clear();
            for (const auto& [name, value] : fields)
                if (random() % 10 != 0) echo.push_back(name.substr(1));
        }
        std::vector<std::string> expected;
        for (const auto& [name, value] : fields)
            if (std::find(echo.begin(), echo.end(), name.substr(1)) == echo.end())
                expected.push_back(name.substr(1));
        ASSERT_EQ(missing(fields, {echo.begin(), echo.end()}), expected) << "in round " << round;
    }
}

} // namespace
} // namespace hubspool
