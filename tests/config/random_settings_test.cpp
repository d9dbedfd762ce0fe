// Random files of settings and random units: nothing a person writes does harm, and what is taken
// is what was written.
#include "config/setting_value.hpp"
#include "config/settings_table.hpp"
#include "config/settings_yaml.hpp"
#include "config/units.hpp"
#include "support/random_rounds.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>

namespace hubspool {
namespace {

TEST(random_units, exact_texts_of_any_value_read_back_as_the_same) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(5000); ++round) {
        const std::uint64_t value = random() >> (1 + random() % 63);
        ASSERT_EQ(parse_size(exact_size(value)), value) << exact_size(value);
        const milliseconds duration(static_cast<std::int64_t>(value));
        ASSERT_EQ(parse_duration(exact_duration(duration)), duration) << exact_duration(duration);
    }
    EXPECT_EQ(parse_size(exact_size(std::numeric_limits<std::uint64_t>::max())),
              std::numeric_limits<std::uint64_t>::max());
}

TEST(random_units, texts_for_people_are_short_and_near_the_value) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(2000); ++round) {
        const milliseconds value(static_cast<std::int64_t>(random() % (400ULL * 86'400'000)));
        const std::string text = duration_text(value);
        ASSERT_LE(text.size(), 10U) << text;
        // Its two words, put together again, are below the value by less than the smaller unit.
        const std::size_t blank = text.find(' ');
        const auto large = parse_duration(text.substr(0, blank));
        const auto small =
            blank == std::string::npos ? milliseconds(0) : parse_duration(text.substr(blank + 1));
        ASSERT_TRUE(large && small) << text;
        const milliseconds told = *large + *small;
        ASSERT_LE(told, value) << text;
        ASSERT_GT(told + *large / 23 + milliseconds(1000), value) << text;
        ASSERT_EQ(duration_text(-value), value == milliseconds(0) ? text : "-" + text);
    }
}

TEST(random_units, what_is_no_number_and_one_unit_is_refused) {
    std::mt19937_64 random(20261130);
    constexpr std::string_view signs = "0123456789 smhdKMGTiB.-+";
    for (int round = 0; round < testing::random_rounds(20000); ++round) {
        std::string text(1 + random() % 6, ' ');
        for (char& c : text) c = signs[random() % signs.size()];
        const auto is_of = [&](std::initializer_list<std::string_view> units) {
            const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
            if (digits == 0) return false;
            const std::string_view unit = std::string_view(text).substr(digits);
            if (unit.empty()) return text.find_first_not_of('0') == std::string::npos;
            return std::find(units.begin(), units.end(), unit) != units.end();
        };
        ASSERT_EQ(parse_duration(text).has_value(), is_of({"ms", "s", "m", "h", "d"})) << text;
        ASSERT_EQ(parse_size(text).has_value(), is_of({"B", "KiB", "MiB", "GiB", "TiB"})) << text;
    }
}

// Every key with a value that it takes, in one file, over and over.
TEST(random_settings, files_of_values_that_are_taken_read_back_as_they_were_written) {
    std::mt19937_64 random(20261130);
    constexpr const char* texts[] = {"/elsewhere",   "https://localhost:1",
                                     "2026-03",      "Europe/Berlin",
                                     "1.3",          "auto",
                                     "dead_letter",  "off",
                                     "error",        "json",
                                     "51",           "0.31",
                                     "17MiB",        "3100ms",
                                     "25h",          "true",
                                     "tab",          "single",
                                     "set_null",     "A\\ \"b\"\teventName",
                                     "eventUrl\t: #"};
    for (int round = 0; round < testing::random_rounds(200); ++round) {
        settings values;
        for (const setting_key& key : setting_table())
            for (int attempt = 0; attempt < 4; ++attempt)
                (void)set_value(key, texts[random() % std::size(texts)], values).has_value();
        const std::string yaml = to_yaml(values);
        const loaded_settings read = parse_settings(yaml, "f.yaml");
        if (!read.errors.empty()) continue; // settings that contradict each other
        ASSERT_EQ(to_yaml(read.values), yaml);
    }
}

TEST(random_settings, spoilt_files_are_told_by_line_and_never_half_taken) {
    std::mt19937_64 random(20261130);
    const std::string whole = to_yaml(settings());
    int refused = 0;
    for (int round = 0; round < testing::random_rounds(1500); ++round) {
        std::string spoilt = whole;
        for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
            const std::size_t at = random() % spoilt.size();
            if (random() % 3 == 0)
                spoilt.erase(at, 1 + random() % 10);
            else
                spoilt[at] = static_cast<char>(random() % 4 == 0 ? random() : ' ' + random() % 95);
        }
        const loaded_settings read = parse_settings(spoilt, "f.yaml");
        for (const settings_error& error : read.errors) {
            ASSERT_NE(error.message, "");
            ASSERT_LT(error.message.size(), 1000U) << error.message;
        }
        if (!read.errors.empty()) ++refused;
    }
    EXPECT_GT(refused, 100);
}

} // namespace
} // namespace hubspool
