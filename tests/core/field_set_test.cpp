#include "coded_fields.hpp"
#include "core/pending/field_set.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>

namespace hubspool {

namespace {

using namespace std::string_view_literals;
using testing::coded_fields;

using contents = std::map<std::pair<field_kind, std::string>, std::pair<std::string, unsigned>>;

contents all(const field_set& fields) {
    contents found;
    fields.for_each([&](const field& f, std::uint32_t owner) {
        const bool fresh = found
                               .emplace(std::pair(f.kind, std::string(f.name)),
                                        std::pair(std::string(f.value), owner))
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

void merge(field_set& fields, std::string_view name, std::string_view value, std::uint32_t owner) {
    coded_fields().put(name, value).merge_into(fields, owner);
}

} // namespace

TEST(field_set, new_set_is_empty) {
    const field_set fields;
    EXPECT_TRUE(fields.empty());
    EXPECT_EQ(fields.count(), 0U);
    EXPECT_EQ(fields.json_bytes(), 0U);
}

TEST(field_set, later_owner_wins_whatever_the_order_of_merging) {
    for (const char* newer : {"22", "333"}) { // of the same length, and of another
        field_set forwards, backwards;
        merge(forwards, "a", "11", 1);
        merge(forwards, "a", newer, 2);
        merge(backwards, "a", newer, 2);
        merge(backwards, "a", "11", 1);
        EXPECT_EQ(value_of(forwards, "a"), newer);
        EXPECT_EQ(all(forwards), all(backwards));
        EXPECT_EQ(forwards.count(), 1U);
    }
}

TEST(field_set, newer_key_wins_where_owners_are_not_in_their_order) {
    const std::vector<order_key> owner_keys{{0, 2, 7}, {0, 1, 9}, {0, 2, 6}};
    field_set fields;
    coded_fields first, second, third;
    first.put("a", "0").put("b", "0").merge_into(fields, 0);
    second.put("a", "1").put("c", "1");
    third.put("a", "2").put("b", "22").put("c", "22");
    fields.merge(second.text(), second.keys(), 1, &owner_keys);
    fields.merge(third.text(), third.keys(), 2, &owner_keys);
    EXPECT_EQ(all(fields), (contents{{{field_kind::property, "a"}, {"0", 0}},
                                     {{field_kind::property, "b"}, {"0", 0}},
                                     {{field_kind::property, "c"}, {"22", 2}}}));
}

TEST(field_set, record_that_names_a_field_twice_over_two_passes_keeps_its_later_value) {
    const std::vector<order_key> owner_keys{{0, 2, 7}, {0, 1, 9}};
    field_set fields;
    coded_fields many;
    for (int i = 0; i < 40; ++i) many.put("n" + std::to_string(i), "1");
    many.put("n0", "2");
    coded_fields().put("z", "0").merge_into(fields, 0);
    fields.merge(many.text(), many.keys(), 1, &owner_keys);
    EXPECT_EQ(value_of(fields, "n0"), "2");
}

TEST(field_set, drops_the_fields_that_are_to_go) {
    field_set fields;
    coded_fields record;
    for (int i = 0; i < 50; ++i) record.put("n" + std::to_string(i), std::string(i % 7 + 1, '1'));
    record.put("n0", "7", field_kind::custom).merge_into(fields, 3);
    const std::size_t before = fields.json_bytes();
    std::size_t dropped_bytes = 0;
    fields.drop_if([&](const field& f, std::uint32_t owner) {
        EXPECT_EQ(owner, 3U);
        const bool goes = f.kind == field_kind::property && f.value.size() == 3;
        if (goes) dropped_bytes += f.name.size() + f.value.size() + R"("":,)"sv.size();
        return goes;
    });
    EXPECT_EQ(fields.count(), 51U - 7U);
    EXPECT_EQ(fields.json_bytes(), before - dropped_bytes);
    for (const auto& [key, value] : all(fields)) EXPECT_NE(value.first.size(), 3U) << key.second;
    merge(fields, "n2", "4444", 4);
    EXPECT_EQ(value_of(fields, "n2"), "4444");
    fields.drop_if([](const field&, std::uint32_t) { return true; });
    EXPECT_TRUE(fields.empty());
    EXPECT_EQ(fields.json_bytes(), 0U);
}

TEST(field_set, later_of_equal_keys_in_one_record_stands) {
    field_set fields;
    coded_fields().put("a", "1").put("a", "2").put("a", "333").merge_into(fields, 1);
    EXPECT_EQ(value_of(fields, "a"), "333");
    EXPECT_EQ(fields.count(), 1U);
    coded_fields().put("a", "1").put("a", "444").merge_into(fields, 1);
    EXPECT_EQ(value_of(fields, "a"), "444");
}

TEST(field_set, of_equal_order_keys_the_one_that_came_later_stands) {
    const std::vector<order_key> keys{{1000, 1, 5}, {1000, 1, 4}, {1000, 1, 5}};
    for (const char* mended : {"22", "333"}) { // of the same length, and of another
        field_set fields;
        const std::pair<const char*, std::uint32_t> in_order[] = {
            {"11", 0}, {"00", 1}, {mended, 2}};
        for (const auto& [value, owner] : in_order) {
            coded_fields one;
            one.put("a", value);
            fields.merge(one.text(), one.keys(), owner, &keys);
        }
        EXPECT_EQ(all(fields), (contents{{{field_kind::property, "a"}, {mended, 2}}}));
    }
}

TEST(field_set, each_field_keeps_the_owner_its_value_came_from) {
    field_set fields;
    coded_fields().put("a", "1").put("b", "1").merge_into(fields, 1);
    merge(fields, "b", "2", 300); // its coded owner is longer
    EXPECT_EQ(all(fields), (contents{{{field_kind::property, "a"}, {"1", 1}},
                                     {{field_kind::property, "b"}, {"2", 300}}}));
}

TEST(field_set, property_and_custom_property_of_one_name_are_two_fields) {
    for (const bool with_store : {false, true}) {
        field_store store;
        field_set fields(with_store ? &store : nullptr);
        coded_fields both;
        both.put("a", "1").put("a", "{}", field_kind::custom);
        fields.merge(both.text(), both.keys(with_store ? &store.names : nullptr), 1);
        EXPECT_EQ(fields.count(), 2U);
    }
}

TEST(field_set, json_bytes_count_what_a_request_would_hold) {
    field_set fields;
    coded_fields()
        .put("ab", "\"x\"")
        .put("c", "\"value\":1}", field_kind::custom)
        .merge_into(fields, 1);
    const auto bytes_with = [](const std::string& value) {
        return (R"("ab":)" + value + ",").size() + std::string(R"({"name":"c","value":1},)").size();
    };
    EXPECT_EQ(fields.json_bytes(), bytes_with("\"x\""));
    merge(fields, "ab", "12345", 3);
    EXPECT_EQ(fields.json_bytes(), bytes_with("12345"));
    merge(fields, "ab", "54321", 4); // in its place
    EXPECT_EQ(fields.json_bytes(), bytes_with("54321"));
    merge(fields, "ab", "1", 2); // older
    EXPECT_EQ(fields.json_bytes(), bytes_with("54321"));
}

TEST(field_set, sets_merge_field_by_field) {
    field_set first, second;
    coded_fields().put("a", "1").put("b", "1").put("c", "1").merge_into(first, 0);
    coded_fields().put("a", "2").put("d", "2").merge_into(second, 0);
    merge(second, "d", "3", 1);
    first.merge(second, 1);
    EXPECT_EQ(all(first), (contents{{{field_kind::property, "a"}, {"2", 1}},
                                    {{field_kind::property, "b"}, {"1", 0}},
                                    {{field_kind::property, "c"}, {"1", 0}},
                                    {{field_kind::property, "d"}, {"3", 2}}}));
}

TEST(field_set, replaced_values_do_not_pile_up) {
    field_set fields;
    for (std::uint32_t i = 0; i < 10000; ++i) merge(fields, "a", std::string(1 + i % 50, '1'), i);
    EXPECT_EQ(fields.count(), 1U);
    EXPECT_LT(fields.bytes_apart(), 2000U);
}

TEST(field_set, with_a_store_moves_from_its_chunks_to_the_heap_when_it_grows_long) {
    field_store store;
    {
        field_set fields(&store), other(&store);
        merge(other, "a", "1", 0);
        std::string value;
        for (std::uint32_t i = 0; i < 3000; ++i) {
            value.push_back(static_cast<char>('a' + i % 26));
            merge(fields, "a", value, i);
            ASSERT_EQ(value_of(fields, "a"), value);
            EXPECT_GE(fields.bytes_apart(), value.size());
            EXPECT_LE(fields.bytes_apart(), value.size() + value.size() / 8 + 80);
        }
        EXPECT_EQ(store.chunks.slabs(), 1U); // only the other one is there
        other = std::move(fields);
        EXPECT_EQ(value_of(other, "a"), value);
        EXPECT_EQ(store.chunks.slabs(), 0U);
    }
    EXPECT_EQ(store.chunks.slabs(), 0U);
}

TEST(field_set, random_merges_agree_with_a_map) {
    for (int seed = 0; seed < testing::random_rounds(300); ++seed) {
        std::mt19937_64 random(static_cast<std::uint64_t>(seed));
        contents expected;
        field_store store;
        field_store* const with = seed % 2 == 0 ? &store : nullptr;
        field_set fields(with);
        for (std::uint32_t i = 0; i < 200; ++i) {
            const std::uint32_t owner = i * 37 % 200; // no two alike, in no order
            coded_fields record;
            std::map<std::pair<field_kind, std::string>, std::string> of_record;
            for (std::uint64_t n = random() % 50; n > 0; --n) { // more than go in one pass
                const field_kind kind =
                    random() % 2 == 0 ? field_kind::property : field_kind::custom;
                const std::string name = "n" + std::to_string(random() % 60);
                const std::string value(random() % 6, static_cast<char>('a' + random() % 26));
                record.put(name, value, kind);
                of_record[{kind, name}] = value;
            }
            fields.merge(record.text(), record.keys(with != nullptr ? &store.names : nullptr),
                         owner);
            for (const auto& [key, value] : of_record) {
                const auto [found, fresh] = expected.emplace(key, std::pair(value, owner));
                if (!fresh && found->second.second < owner) found->second = {value, owner};
            }
        }
        EXPECT_EQ(all(fields), expected) << "seed " << seed;
        EXPECT_EQ(fields.count(), expected.size());
        std::size_t json_bytes = 0;
        for (const auto& [key, content] : expected)
            json_bytes +=
                content.first.size() + key.second.size() +
                (key.first == field_kind::property ? std::string(R"("":,)").size()
                                                   : std::string(R"({"name":"",,)").size());
        EXPECT_EQ(fields.json_bytes(), json_bytes);
    }
}

} // namespace hubspool
