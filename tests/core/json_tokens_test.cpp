// The guard before simdjson's first stage, and that what it gives is what is counted on.
#include "core/json/json_tokens.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace hubspool {

namespace {

struct other_stage {
    simdjson::error_code stage1(const std::uint8_t*, std::size_t, simdjson::stage1_mode);
    std::unique_ptr<std::uint32_t[]> structural_indexes;
    std::uint32_t n_structural_indexes = 0;
};
struct same_parser {
    std::unique_ptr<other_stage> implementation;
};
struct parser_without_member {};
struct wide_stage : other_stage {
    std::unique_ptr<std::uint64_t[]> structural_indexes;
};
struct parser_of_wide_tokens {
    std::unique_ptr<wide_stage> implementation;
};
struct renamed_stage {
    simdjson::error_code stage1(const std::uint8_t*, std::size_t, simdjson::stage1_mode);
    std::unique_ptr<std::uint32_t[]> structural_indexes;
};
struct parser_without_count {
    std::unique_ptr<renamed_stage> implementation;
};

static_assert(knows_first_stage<same_parser>);
static_assert(!knows_first_stage<parser_without_member>);
static_assert(!knows_first_stage<parser_of_wide_tokens>);
static_assert(!knows_first_stage<parser_without_count>);
static_assert(!first_stage<parser_without_member>::is_known);

} // namespace

TEST(json_tokens, first_stage_is_used_where_the_build_wants_it) {
    EXPECT_EQ(json_tokens::are_known, HUBSPOOL_SIMDJSON_STAGE1 == 1)
        << "simdjson " << simdjson::SIMDJSON_VERSION_MAJOR << '.'
        << simdjson::SIMDJSON_VERSION_MINOR
        << " is not known: usual records take the way of the tree, three times slower";
    simdjson::dom::parser parser;
    EXPECT_EQ(json_tokens::find(parser, "{}"), json_tokens::are_known);
}

TEST(json_tokens, parser_that_is_not_known_finds_nothing) {
    parser_without_member parser;
    EXPECT_FALSE(first_stage<parser_without_member>::find(parser, "{}"));
    EXPECT_EQ(first_stage<parser_without_member>::begin(parser), nullptr);
    EXPECT_EQ(first_stage<parser_without_member>::end(parser), nullptr);
}

TEST(json_tokens, tokens_begin_where_they_stand) {
    if (!json_tokens::are_known) GTEST_SKIP() << "built without simdjson's first stage";
    constexpr std::string_view text = R"( {"a" : -1.50, "b,c":[ true,"x" ] })";
    simdjson::dom::parser parser;
    ASSERT_TRUE(json_tokens::find(parser, text));
    json_tokens tokens(parser, text);
    std::string heads;
    while (!tokens.is_at_end()) heads += tokens.take();
    EXPECT_EQ(heads, R"({":-,":[t,"]})");
}

} // namespace hubspool
