// Random dead letters: what is sent once more, read back by the decoder that will read it, is the
// letter's values, each by its key.
#include "core/books/retry_records.hpp"
#include "core/decoded_change.hpp"
#include "core/records/known_fields.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace hubspool {
namespace {

// A line as the queue's decoder finds it; its fields as decoded_change.hpp names them.
struct line_read {
    decoded record;
    order_key key;
    bool as_newest = false;
    std::size_t carried = 0;
};

line_read read_line(const std::string& line) {
    line_read read{decode(line), {}, false, 0};
    change_decoder decoder({});
    decoded_block block;
    // Of a file far above all that the letters are of.
    block.file = 1'000'000;
    block.order = {2'000'000'000'000, 2'000'000'000'000, 1'000'000};
    decoder.decode(line, 0, 0, 1, block);
    if (block.records.empty()) return read;
    read.key = block.key_of(block.records.front());
    read.carried = block.carried.size();
    if (!block.carried.empty()) read.as_newest = block.carried.front().as_newest;
    return read;
}

using keyed_fields = std::map<std::string, std::pair<order_key, std::string>>;

class retry_records_random : public ::testing::TestWithParam<int> {
protected:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    const std::string& one_of(const std::vector<std::string>& all) {
        return all[below(all.size())];
    }

    std::string any_text() {
        static const std::vector<std::string> parts{"a",        "\\\"", "\\\\", " ", "\\n",
                                                    "\xc3\xa9", "{}",   "[,]",  "0"};
        std::string text;
        for (std::uint64_t n = below(6); n > 0; --n) text += one_of(parts);
        return text;
    }
    std::string any_scalar() {
        static const std::vector<std::string> others{
            "true", "false", "null", "0", "-7", "12.50", "1e30", "123456789012345678901234567890"};
        return below(2) == 0 ? one_of(others) : '"' + any_text() + '"';
    }
    std::string value_of_type(value_type type) {
        if (type == value_type::boolean) return below(2) == 0 ? "true" : "false";
        if (type == value_type::date_time) return R"("2026-11-23T22:00:00Z")";
        return '"' + any_text() + '"';
    }
    // The members of a record, each name once.
    std::string any_content() {
        std::string content = R"({"objectId":"42")", customs;
        for (const known_field& field : input_fields) {
            if (below(3) != 0) continue;
            content += ",\"" + std::string(field.name) + "\":" + value_of_type(field.type);
        }
        for (std::uint64_t n = below(4); n > 0; --n)
            content += ",\"own" + std::to_string(n) + "\":" + any_scalar();
        for (std::uint64_t n = below(5); n > 0; --n) {
            customs += customs.empty() ? "" : ",";
            customs += R"({"name":"c)" + std::to_string(n) + (below(4) == 0 ? "\\n" : "") + '"';
            customs += ",\"value\":" + any_scalar();
            if (below(3) == 0) customs += R"(,"unit":"x","timestamp":17)";
            customs += '}';
        }
        return content + ",\"customProperties\":[" + customs + "]}";
    }
    // A merged change: each value is of one of its records.
    dead_letter any_letter() {
        dead_letter letter;
        letter.object_id = "42";
        letter.category = "VALIDATION_ERROR";
        letter.content = any_content();
        const std::uint64_t records = 1 + below(4);
        for (std::uint64_t i = 0; i < records; ++i) {
            letter.records.push_back({3 + i, {}, 0, below(9), 1, 1, ""});
            if (below(2) == 0) letter.records.back().reference = "ref \"" + std::to_string(i);
        }
        const decoded whole = decode(letter.content);
        EXPECT_EQ(whole.reason, "") << letter.content;
        for (const auto& [name, value] : whole.fields) {
            const auto owner = static_cast<std::uint32_t>(below(records));
            const bool is_custom = name.front() == '$';
            letter.values.push_back({is_custom ? field_kind::custom : field_kind::property,
                                     name.substr(is_custom ? 1 : 0), key_of(letter, owner), owner});
        }
        if (letter.values.empty()) letter.values.push_back({{}, "", key_of(letter, 0), 0});
        return letter;
    }
    static order_key key_of(const dead_letter& letter, std::uint32_t owner) {
        const dead_letter::origin& record = letter.records[owner];
        return {1000 + 7 * (record.file % 3), record.file, record.ordinal};
    }
    static keyed_fields values_of(const dead_letter& letter) {
        const decoded whole = decode(letter.content);
        keyed_fields values;
        for (const dead_letter::value& value : letter.values) {
            const std::string name = (value.kind == field_kind::custom ? "$" : "") + value.name;
            if (!value.name.empty()) values[name] = {value.key, whole.fields.at(name)};
        }
        return values;
    }
    // All that the lines say together.
    static keyed_fields values_in(const std::vector<std::string>& lines) {
        keyed_fields values;
        for (const std::string& line : lines) {
            EXPECT_EQ(line.find('\n'), std::string::npos);
            const line_read read = read_line(line);
            EXPECT_EQ(read.record.reason, "") << line;
            EXPECT_EQ(read.carried, 1U) << line;
            for (const auto& [name, value] : read.record.fields)
                EXPECT_TRUE(values.emplace(name, std::pair(read.key, value)).second)
                    << name << " stands in two lines";
        }
        return values;
    }

    static constexpr int letters_each = testing::random_rounds(40);
    std::mt19937_64 random_{static_cast<std::uint64_t>(GetParam())};
};

TEST_P(retry_records_random, lines_hold_the_values_by_their_keys) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        const retry_records made = retry_records_of(letter, {});
        ASSERT_EQ(made.why_not, "") << letter.content;
        EXPECT_FALSE(made.edited);
        ASSERT_EQ(values_in(made.lines), values_of(letter)) << letter.content;
        std::set<order_key> keys;
        for (const dead_letter::value& value : letter.values) keys.insert(value.key);
        std::vector<order_key> told;
        for (const std::string& line : made.lines) told.push_back(read_line(line).key);
        ASSERT_EQ(told, std::vector<order_key>(keys.begin(), keys.end())) << "the oldest first";
    }
}

TEST_P(retry_records_random, lines_name_their_object_and_record) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        for (const std::string& line : retry_records_of(letter, {}).lines) {
            const line_read read = read_line(line);
            ASSERT_EQ(read.record.object_id, "42");
            const auto value = std::find_if(letter.values.begin(), letter.values.end(),
                                            [&](const auto& one) { return one.key == read.key; });
            ASSERT_NE(value, letter.values.end()) << line;
            ASSERT_EQ(read.record.reference, letter.records[value->owner].reference) << line;
        }
    }
}

TEST_P(retry_records_random, as_newest_says_the_same_values) {
    for (int i = 0; i < letters_each; ++i) {
        dead_letter letter = any_letter();
        const auto plain = retry_records_of(letter, {}).lines;
        letter.category = below(2) == 0 ? "too_late" : "in_doubt";
        ASSERT_TRUE(retry_records_of(letter, {}).lines.empty());
        const auto newest = retry_records_of(letter, {{}, {}, true}).lines;
        ASSERT_EQ(newest.size(), plain.size());
        for (std::size_t at = 0; at < newest.size(); ++at) {
            const line_read one = read_line(plain[at]), other = read_line(newest[at]);
            ASSERT_FALSE(one.as_newest);
            ASSERT_TRUE(other.as_newest) << newest[at];
            ASSERT_EQ(one.record.fields, other.record.fields);
            ASSERT_EQ(other.key.as_of, 2'000'000'000'000U) << "its file's";
        }
    }
}

TEST_P(retry_records_random, renamed_value_keeps_its_text_and_key) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        keyed_fields expected = values_of(letter);
        if (expected.empty()) continue;
        const auto chosen =
            std::next(expected.begin(), static_cast<std::ptrdiff_t>(below(expected.size())));
        const std::string sign = chosen->first.front() == '$' ? "$" : "";
        std::string from = chosen->first.substr(sign.size());
        if (from.find('\\') != std::string::npos) continue; // names here are as people say them
        const auto value = chosen->second;
        expected.erase(chosen);
        expected[sign + "quite \\\"new"] = value;
        const retry_records made = retry_records_of(letter, {{}, {{from, "quite \"new"}}, false});
        ASSERT_TRUE(made.edited);
        // A documented field's type does not hold for another name, and so neither does its check.
        ASSERT_EQ(values_in(made.lines), expected) << letter.content;
        const retry_records back =
            retry_records_of(letter, {{}, {{from, "x"}, {"x", from}}, false});
        ASSERT_EQ(values_in(back.lines), values_of(letter));
    }
}

TEST_P(retry_records_random, rename_onto_another_changes_nothing) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        const auto plain = retry_records_of(letter, {}).lines;
        for (const dead_letter::value& one : letter.values) {
            for (const dead_letter::value& other : letter.values) {
                const bool meets = one.kind == other.kind && one.name != "";
                if (!meets || (one.name + other.name).find('\\') != std::string::npos) continue;
                const auto made = retry_records_of(letter, {{}, {{one.name, other.name}}, false});
                ASSERT_FALSE(made.edited) << one.name << " to " << other.name;
                ASSERT_EQ(made.lines, plain);
            }
        }
        ASSERT_FALSE(retry_records_of(letter, {{}, {{"nobody", "has"}}, false}).edited);
    }
}

TEST_P(retry_records_random, set_value_goes_by_the_key_of_the_old_one) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        const keyed_fields before = values_of(letter);
        for (const auto& [name, value] : before) {
            const bool is_custom = name.front() == '$';
            const std::string plain = name.substr(is_custom ? 1 : 0);
            if (plain.find('\\') != std::string::npos) continue;
            const auto type = type_of(input_fields, plain);
            const std::string set = type == value_type::boolean     ? "true"
                                    : type == value_type::date_time ? "2027-01-01T00:00:00Z"
                                                                    : "it's \"new\"";
            const retry_records made = retry_records_of(letter, {{{plain, set}}, {}, false});
            ASSERT_TRUE(made.edited);
            keyed_fields expected = before;
            const std::string json = type == value_type::boolean     ? set
                                     : type == value_type::date_time ? '"' + set + '"'
                                                                     : R"("it's \"new\"")";
            expected[name].second = is_custom ? "\"value\":" + json + '}' : json;
            ASSERT_EQ(values_in(made.lines), expected) << plain << " of " << letter.content;
        }
    }
}

TEST_P(retry_records_random, added_value_goes_by_the_newest_key) {
    for (int i = 0; i < letters_each; ++i) {
        const dead_letter letter = any_letter();
        order_key newest;
        for (const dead_letter::value& value : letter.values) newest = std::max(newest, value.key);
        keyed_fields expected = values_of(letter);
        const std::string number = std::to_string(below(1000));
        const retry_records made =
            retry_records_of(letter, {{{"added", number}, {"added2", "true"}}, {}, false});
        expected["$added"] = {newest, "\"value\":\"" + number + "\"}"};
        expected["$added2"] = {newest, "\"value\":\"true\"}"};
        ASSERT_EQ(values_in(made.lines), expected) << letter.content;
    }
}

INSTANTIATE_TEST_SUITE_P(seeds, retry_records_random, ::testing::Range(1, 6));

} // namespace
} // namespace hubspool
