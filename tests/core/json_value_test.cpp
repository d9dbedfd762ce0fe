// Values of a record, as they are told apart and as they are sent, beside values of which it is
// known what they are.
#include "core/json/lossless_json.hpp"
#include "core/records/json_value.hpp"
#include "core/words/text_arena.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <set>
#include <string>

namespace hubspool {
namespace {

using testing::random_rounds;

constexpr std::initializer_list<value_type> all_types{
    value_type::text,  value_type::boolean,    value_type::date_time,         value_type::int64,
    value_type::int32, value_type::int64_list, value_type::masked_substrings, value_type::scalar};

class json_value_test : public ::testing::Test {
protected:
    simdjson::dom::element parsed(const std::string& text) {
        text_ = text; // the tree's numbers live as long as it
        simdjson::dom::element root;
        EXPECT_EQ(json_.parse(text_, root), simdjson::SUCCESS) << text;
        return root;
    }
    std::string sent(const std::string& text) {
        text_arena out;
        const auto root = parsed(text);
        append_json(out, root, json_);
        return std::string(out.text());
    }
    std::set<value_type> types_of(const std::string& text) {
        const auto root = parsed(text);
        std::set<value_type> types;
        for (const value_type type : all_types)
            if (has_type(root, type, json_)) types.insert(type);
        return types;
    }
    std::string shown(const std::string& text) {
        const auto root = parsed(text);
        return excerpt(root, json_);
    }

    lossless_json json_;
    std::string text_;
};

using types = std::set<value_type>;

TEST_F(json_value_test, null_is_a_value_of_each_type) {
    EXPECT_EQ(types_of("null"), types(all_types));
}

TEST_F(json_value_test, texts_are_scalars_and_dates_only_when_they_are_written_so) {
    const types text{value_type::text, value_type::scalar};
    const types date{value_type::text, value_type::scalar, value_type::date_time};
    EXPECT_EQ(types_of(R"("")"), text);
    EXPECT_EQ(types_of(R"("1")"), text) << "no number, however it looks";
    EXPECT_EQ(types_of(R"("true")"), text);
    EXPECT_EQ(types_of(R"("2026-11-30T01:00:00Z")"), date);
    EXPECT_EQ(types_of(R"("2026-13-30T01:00:00Z")"), text) << "no thirteenth month";
}

TEST_F(json_value_test, integers_are_told_by_their_bits) {
    const types neither{value_type::scalar};
    const types int64{value_type::scalar, value_type::int64};
    const types int32{value_type::scalar, value_type::int64, value_type::int32};
    EXPECT_EQ(types_of("2147483647"), int32);
    EXPECT_EQ(types_of("2147483648"), int64);
    EXPECT_EQ(types_of("-2147483648"), int32);
    EXPECT_EQ(types_of("-2147483649"), int64);
    EXPECT_EQ(types_of("9223372036854775807"), int64);
    EXPECT_EQ(types_of("9223372036854775808"), neither);
    EXPECT_EQ(types_of("-9223372036854775808"), int64);
    EXPECT_EQ(types_of("-9223372036854775809"), neither);
    EXPECT_EQ(types_of("1.5"), neither);
}

TEST_F(json_value_test, random_integers_have_the_types_of_their_size) {
    std::mt19937_64 random(5);
    for (int i = 0; i < random_rounds(2000); ++i) {
        // Of all lengths alike.
        const auto value = static_cast<std::int64_t>(random()) >> (random() % 64);
        const bool small = value >= INT32_MIN && value <= INT32_MAX;
        types expected{value_type::scalar, value_type::int64};
        if (small) expected.insert(value_type::int32);
        ASSERT_EQ(types_of(std::to_string(value)), expected) << value;
    }
}

TEST_F(json_value_test, one_wrong_item_spoils_a_list) {
    EXPECT_EQ(types_of("[]"), types{value_type::int64_list});
    EXPECT_EQ(types_of("[1,-2,9223372036854775807]"), types{value_type::int64_list});
    EXPECT_EQ(types_of("[1,2.5]"), types{});
    EXPECT_EQ(types_of(R"([1,"2"])"), types{});
    EXPECT_EQ(types_of("[1,null]"), types{});
    EXPECT_EQ(types_of("[1,[2]]"), types{});
}

TEST_F(json_value_test, masks_have_bounds_of_32_bits_and_may_have_what_we_do_not_know) {
    const types mask{value_type::masked_substrings};
    EXPECT_EQ(types_of("{}"), mask);
    EXPECT_EQ(types_of(R"({"substrings":null})"), mask);
    EXPECT_EQ(types_of(R"({"substrings":[]})"), mask);
    EXPECT_EQ(types_of(R"({"substrings":[{"start":1,"end":2},{"start":null}]})"), mask);
    EXPECT_EQ(types_of(R"({"substrings":[{"start":1,"how":"new"}],"more":[{}]})"), mask);
    EXPECT_EQ(types_of(R"({"substrings":{"start":1}})"), types{});
    EXPECT_EQ(types_of(R"({"substrings":[1]})"), types{});
    EXPECT_EQ(types_of(R"({"substrings":[{"start":"1"}]})"), types{});
    EXPECT_EQ(types_of(R"({"substrings":[{"start":1,"end":2147483648}]})"), types{});
}

TEST_F(json_value_test, each_type_is_described_by_words_of_its_own) {
    std::set<std::string_view> words;
    for (const value_type type : all_types) {
        EXPECT_FALSE(described(type).empty());
        words.insert(described(type));
    }
    EXPECT_EQ(words.size(), all_types.size());
}

// --- as it is sent

// A random value as it is sent, and the same with other spaces and escapes, as a producer may write
// it.
class random_value {
public:
    explicit random_value(unsigned seed) : random_(seed) {}
    std::string sent, written;

    void add(int depth) {
        const auto kind = random_() % (depth > 4 ? 6 : 8);
        space();
        if (kind < 2) return add_number();
        if (kind < 4) return add_text();
        if (kind == 4) return both(random_() % 2 == 0 ? "true" : "false");
        if (kind == 5) return both("null");
        const bool object = kind == 6;
        both(object ? "{" : "[");
        for (auto left = random_() % 4; left > 0; --left) {
            if (object) {
                add_text();
                space();
                both(":");
            }
            add(depth + 1);
            space();
            if (left > 1) both(",");
            space();
        }
        both(object ? "}" : "]");
    }

private:
    void both(std::string_view text) {
        sent += text;
        written += text;
    }
    void space() { written += std::string(random_() % 3, random_() % 2 == 0 ? ' ' : '\t'); }
    void add_number() {
        std::string digits = random_() % 2 == 0 ? "-" : "";
        digits += static_cast<char>('1' + random_() % 9);
        for (auto more = random_() % 30; more > 0; --more)
            digits += static_cast<char>('0' + random_() % 10);
        if (random_() % 3 == 0) digits += "." + std::to_string(random_() % 1000) + "0";
        if (random_() % 4 == 0) digits += random_() % 2 == 0 ? "e+7" : "E-2";
        both(digits);
    }
    void add_text() {
        both("\"");
        for (auto left = random_() % 8; left > 0; --left) {
            switch (random_() % 6) {
            case 0: both(R"(\")"); break;
            case 1: both(R"(\\)"); break;
            case 2: both(R"(\n)"); break;
            case 3: // a character that needs no escape and came with one
                sent += "\u00e9";
                written += R"(\u00e9)";
                break;
            default: both(random_() % 2 == 0 ? "a" : "\u20ac"); break;
            }
        }
        both("\"");
    }

    std::mt19937 random_;
};

TEST_F(json_value_test, any_value_is_sent_without_spaces_and_otherwise_as_it_came) {
    for (unsigned seed = 0; seed < random_rounds(1500U); ++seed) {
        random_value value(seed);
        value.add(0);
        ASSERT_EQ(sent(value.written), value.sent) << seed;
        // And what is sent would be sent again just so.
        ASSERT_EQ(sent(value.sent), value.sent) << seed;
    }
}

TEST_F(json_value_test, empty_ones_keep_both_their_brackets) {
    EXPECT_EQ(sent(R"({"a":{},"b":[],"c":[{},[]]})"), R"({"a":{},"b":[],"c":[{},[]]})");
}

// --- as it is shown

TEST_F(json_value_test, excerpt_is_the_value_while_it_fits_a_line) {
    EXPECT_EQ(shown(R"({"a": [1, 2]})"), R"({"a":[1,2]})");
    EXPECT_EQ(excerpt(std::string(80, 'x')), std::string(80, 'x'));
    EXPECT_EQ(excerpt(std::string(81, 'x')), std::string(80, 'x') + "...");
}

TEST_F(json_value_test, excerpt_never_ends_within_a_character) {
    for (const std::string_view character : {"\u00e9", "\u20ac", "\U0001F600"}) {
        for (std::size_t before = 0; before < 8; ++before) {
            std::string text(before, 'x');
            while (text.size() < 200) text += character;
            std::string cut = excerpt(text);
            ASSERT_TRUE(cut.size() > 3 && cut.substr(cut.size() - 3) == "...");
            cut.resize(cut.size() - 3);
            EXPECT_LE(cut.size(), 80U);
            EXPECT_GT(cut.size(), 80U - character.size());
            EXPECT_EQ((cut.size() - before) % character.size(), 0U) << before;
        }
    }
}

} // namespace
} // namespace hubspool
