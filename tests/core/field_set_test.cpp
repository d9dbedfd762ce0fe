#include "core/field_set.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

namespace hubspool {

namespace {

std::string coded(std::string_view name, std::string_view value,
                  field_kind kind = field_kind::property) {
    text_arena out;
    put_field(out, {kind, name, value});
    return std::string(out.text());
}

using contents = std::map<std::pair<field_kind, std::string>, std::pair<std::string, position>>;

contents all(const field_set& fields) {
    contents found;
    fields.for_each([&](const field& f, position at) {
        const bool fresh = found
                               .emplace(std::pair(f.kind, std::string(f.name)),
                                        std::pair(std::string(f.value), at))
                               .second;
        EXPECT_TRUE(fresh) << f.name << " is there twice";
    });
    return found;
}

std::string value_of(const field_set& fields, const std::string& name) {
    const auto found = all(fields);
    const auto at = found.find({field_kind::property, name});
    return at == found.end() ? "(none)" : at->second.first;
}

} // namespace

TEST(field_set, coded_fields_come_back_as_they_were) {
    text_arena out;
    put_field(out, {field_kind::property, "eventName", "\"a\""});
    put_field(out, {field_kind::custom, "", ""});
    put_field(out, {field_kind::custom, "p", "{\"name\":\"p\",\"value\":1}"});
    std::string_view in = out.text();
    const field first = get_field(in);
    EXPECT_EQ(first.kind, field_kind::property);
    EXPECT_EQ(first.name, "eventName");
    EXPECT_EQ(first.value, "\"a\"");
    const field second = get_field(in);
    EXPECT_EQ(second.kind, field_kind::custom);
    EXPECT_EQ(second.name, "");
    EXPECT_EQ(second.value, "");
    EXPECT_EQ(get_field(in).name, "p");
    EXPECT_TRUE(in.empty());
}

TEST(field_set, new_set_is_empty) {
    const field_set fields;
    EXPECT_TRUE(fields.empty());
    EXPECT_EQ(fields.count(), 0U);
    EXPECT_EQ(fields.json_bytes(), 0U);
    EXPECT_FALSE(fields.carries("a"));
}

TEST(field_set, newer_position_wins_whatever_the_order_of_merging) {
    for (const char* newer : {"22", "333"}) { // of the same length, and of another
        field_set forwards, backwards;
        forwards.merge(coded("a", "11"), {1, 5});
        forwards.merge(coded("a", newer), {2, 0});
        backwards.merge(coded("a", newer), {2, 0});
        backwards.merge(coded("a", "11"), {1, 5});
        EXPECT_EQ(value_of(forwards, "a"), newer);
        EXPECT_EQ(all(forwards), all(backwards));
        EXPECT_EQ(forwards.count(), 1U);
    }
}

TEST(field_set, equal_position_takes_the_later_value) {
    field_set fields;
    fields.merge(coded("a", "1") + coded("a", "2") + coded("a", "333"), {1, 1});
    EXPECT_EQ(value_of(fields, "a"), "333");
    EXPECT_EQ(fields.count(), 1U);
}

TEST(field_set, each_field_keeps_the_position_its_value_came_from) {
    field_set fields;
    fields.merge(coded("a", "1") + coded("b", "1"), {1, 1});
    fields.merge(coded("b", "2"), {2, 1});
    EXPECT_EQ(all(fields), (contents{{{field_kind::property, "a"}, {"1", {1, 1}}},
                                     {{field_kind::property, "b"}, {"2", {2, 1}}}}));
}

TEST(field_set, property_and_custom_property_of_one_name_are_two_fields) {
    field_set fields;
    fields.merge(coded("a", "1") + coded("a", "{}", field_kind::custom), {1, 1});
    EXPECT_EQ(fields.count(), 2U);
    EXPECT_TRUE(fields.carries("a"));
    EXPECT_FALSE(fields.carries("b"));
}

TEST(field_set, json_bytes_count_what_a_request_would_hold) {
    field_set fields;
    fields.merge(coded("ab", "\"x\"") + coded("c", "{\"name\":\"c\"}", field_kind::custom), {1, 1});
    EXPECT_EQ(fields.json_bytes(),
              std::string(R"("ab":"x",)").size() + std::string(R"({"name":"c"},)").size());
    fields.merge(coded("ab", "12345"), {1, 2});
    fields.merge(coded("ab", "1"), {1, 0});
    EXPECT_EQ(fields.json_bytes(),
              std::string(R"("ab":12345,)").size() + std::string(R"({"name":"c"},)").size());
}

TEST(field_set, sets_merge_field_by_field) {
    field_set older, newer;
    older.merge(coded("a", "1") + coded("b", "1") + coded("c", "1"), {1, 1});
    newer.merge(coded("a", "2") + coded("d", "2"), {2, 1});
    older.merge(coded("b", "3"), {3, 1});
    newer.merge(older);
    EXPECT_EQ(value_of(newer, "a"), "2");
    EXPECT_EQ(value_of(newer, "b"), "3");
    EXPECT_EQ(value_of(newer, "c"), "1");
    EXPECT_EQ(value_of(newer, "d"), "2");
    EXPECT_EQ(newer.count(), 4U);
}

TEST(field_set, replaced_values_do_not_pile_up) {
    field_set fields;
    for (std::uint64_t i = 0; i < 10000; ++i)
        fields.merge(coded("a", std::string(1 + i % 50, '1')), {1, i});
    EXPECT_EQ(fields.count(), 1U);
    EXPECT_LT(fields.bytes(), 2000U);
}

TEST(field_set, random_merges_agree_with_a_map) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        std::mt19937_64 random(seed);
        contents expected;
        field_set fields, other;
        for (std::uint64_t i = 0; i < 200; ++i) {
            const position at{random() % 3, i * 37 % 200}; // no two alike
            const field_kind kind = random() % 2 == 0 ? field_kind::property : field_kind::custom;
            const std::string name = "n" + std::to_string(random() % 12);
            const std::string value(random() % 6, static_cast<char>('a' + random() % 26));
            (random() % 4 == 0 ? other : fields).merge(coded(name, value, kind), at);
            const auto [found, fresh] =
                expected.emplace(std::pair(kind, name), std::pair(value, at));
            if (!fresh && found->second.second < at) found->second = {value, at};
        }
        fields.merge(other);
        EXPECT_EQ(all(fields), expected) << "seed " << seed;
        EXPECT_EQ(fields.count(), expected.size());
        std::size_t json_bytes = 0;
        for (const auto& [key, content] : expected)
            json_bytes += content.first.size() + 1 +
                          (key.first == field_kind::property ? key.second.size() + 3 : 0);
        EXPECT_EQ(fields.json_bytes(), json_bytes);
    }
}

} // namespace hubspool
