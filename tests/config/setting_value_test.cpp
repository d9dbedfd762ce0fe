#include "config/setting_value.hpp"
#include "config/settings_table.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <random>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const setting_key& key_of(std::string_view path) {
    for (const setting_key& key : setting_table())
        if (key.path == path) return key;
    throw std::runtime_error("no such key: " + std::string(path));
}

// What is wrong with it; empty: it was taken.
std::string fault_of(std::string_view path, const std::string& text) {
    settings values;
    return set_value(key_of(path), text, values).value_or("");
}

// As it is written after it was read.
std::string read_back(std::string_view path, const std::string& text) {
    settings values;
    EXPECT_EQ(set_value(key_of(path), text, values), std::nullopt) << path << ": " << text;
    return value_text(key_of(path), values);
}

TEST(setting_value, duration_is_written_in_the_largest_unit_that_is_exact) {
    EXPECT_EQ(read_back("queue.scan_interval", "90s"), "90s");
    EXPECT_EQ(read_back("queue.scan_interval", "120s"), "2m");
    EXPECT_EQ(read_back("queue.scan_interval", "1500ms"), "1500ms");
    EXPECT_EQ(read_back("queue.retention", "48h"), "2d");
}

TEST(setting_value, number_without_its_unit_is_told_as_that) {
    EXPECT_THAT(fault_of("queue.scan_interval", "10"),
                HasSubstr("'10' has no unit: add ms, s, m, h or d"));
    EXPECT_THAT(fault_of("pending.max_bytes", "1000000"),
                HasSubstr("has no unit: add B, KiB, MiB, GiB or TiB"));
}

TEST(setting_value, what_is_no_value_says_what_to_write_instead) {
    EXPECT_THAT(fault_of("queue.scan_interval", "soon"), HasSubstr("such as 500ms or 10s"));
    EXPECT_THAT(fault_of("pending.max_bytes", "much"), HasSubstr("such as 256MiB"));
    EXPECT_THAT(fault_of("api.connections", "4.5"), HasSubstr("is no whole number: write 1 to"));
    EXPECT_THAT(fault_of("api.connections", "-1"), HasSubstr("is no whole number"));
    EXPECT_THAT(fault_of("rate_limit.share", "half"), HasSubstr("is no number"));
    EXPECT_THAT(fault_of("log.level", "loud"), HasSubstr("is not one of: debug, info"));
}

TEST(setting_value, what_lies_outside_names_both_ends) {
    EXPECT_THAT(fault_of("api.connections", "0"), HasSubstr("is out of range: write 1 to"));
    EXPECT_THAT(fault_of("api.connections", "99999999999999999999999"), HasSubstr("out of range"));
    EXPECT_THAT(fault_of("rate_limit.share", "1.5"), HasSubstr("out of range"));
    for (const char* const text : {"nan", "inf", "-inf"})
        EXPECT_NE(fault_of("rate_limit.share", text), "") << text;
    EXPECT_THAT(fault_of("queue.scan_interval", "9999d"), HasSubstr("out of range"));
}

TEST(setting_value, number_that_may_be_left_to_hubspot_is_auto) {
    EXPECT_EQ(read_back("rate_limit.requests", "auto"), "auto");
    EXPECT_EQ(read_back("rate_limit.requests", "150"), "150");
    EXPECT_THAT(fault_of("rate_limit.requests", "Auto"), HasSubstr("write auto, or "));
}

TEST(setting_value, pasted_page_is_cut_and_a_text_that_may_be_a_secret_is_not_shown) {
    const std::string page(5000, 'x');
    EXPECT_LT(fault_of("api.connections", page).size(), 200U);
    EXPECT_THAT(fault_of("api.token_file", "pat-na1-secret"),
                AllOf(Not(""), Not(HasSubstr("pat-na1"))));
}

TEST(setting_value, list_is_a_line_an_entry_and_each_is_held_against_the_rule) {
    EXPECT_EQ(read_back("queue.ignore", "*.part\n*.bak"), "*.part\n*.bak");
    EXPECT_EQ(read_back("queue.ignore", ""), "");
    EXPECT_NE(fault_of("queue.ignore", "*.part\n*"), "") << "nothing would be left";
}

TEST(setting_value, what_is_refused_changes_nothing) {
    for (const setting_key& key : setting_table()) {
        settings values;
        const std::string before = value_text(key, values);
        // No kind of value can be this.
        if (set_value(key, std::string("\x01\n\x02"), values)) {
            EXPECT_EQ(value_text(key, values), before) << key.path;
        }
    }
}

// Of any text that is taken, what is written reads back as the very same.
TEST(setting_value, whatever_is_taken_is_written_so_that_it_reads_back_the_same) {
    std::mt19937_64 random(20261130);
    constexpr const char* units[] = {"", "ms", "s", "m", "h", "d", "B", "KiB", "MiB", "GiB", "."};
    int taken = 0;
    for (int round = 0; round < testing::random_rounds(3000); ++round) {
        const std::string text = std::to_string(random() % (std::uint64_t{1} << (random() % 40))) +
                                 units[random() % 11] +
                                 (random() % 6 == 0 ? std::to_string(random() % 100) : "");
        for (const setting_key& key : setting_table()) {
            settings values;
            if (set_value(key, text, values)) continue;
            ++taken;
            const std::string written = value_text(key, values);
            settings again;
            ASSERT_EQ(set_value(key, written, again), std::nullopt) << key.path << ": " << written;
            ASSERT_EQ(value_text(key, again), written) << key.path;
        }
    }
    EXPECT_GT(taken, 1000);
}

} // namespace
} // namespace hubspool
