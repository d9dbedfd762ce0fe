// The ends of every key that has a range: what lies on them is taken, what lies beyond is told.
#include "config/one_key_file.hpp"
#include "support/row_name.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hubspool {
namespace {

struct bounds_row {
    const char* path;
    const char* below; // empty: nothing lies there that the kind could hold
    const char* least;
    const char* most;
    const char* above;
    const char* range; // as the message has it
};

const std::vector<bounds_row>& bounds_rows() {
    static const std::vector<bounds_row> rows{
        {"queue.retention", "", "0", "3650d", "315360000001ms", "0 to 3650d"},
        {"queue.quiet_period", "", "0", "1h", "3600001ms", "0 to 1h"},
        {"queue.scan_interval", "9ms", "10ms", "1h", "3600001ms", "10ms to 1h"},
        {"queue.reserve", "", "0", "64TiB", "70368744177665B", "0 to 64TiB"},
        {"queue.max_record_bytes", "1023B", "1KiB", "64MiB", "67108865B", "1KiB to 64MiB"},
        {"queue.max_unpacked_bytes", "1048575B", "1MiB", "64TiB", "70368744177665B",
         "1MiB to 64TiB"},
        {"queue.max_unpacked_ratio", "0", "1", "1000000", "1000001", "1 to 1000000"},
        {"records.unchanged_max_age", "999ms", "1s", "3650d", "315360000001ms", "1s to 3650d"},
        {"batch.max_inputs", "0", "1", "100", "101", "1 to 100"},
        {"batch.max_bytes", "4095B", "4KiB", "64MiB", "67108865B", "4KiB to 64MiB"},
        {"batch.linger", "", "0", "1m", "60001ms", "0 to 1m"},
        {"lanes.bulk_min_share", "-0.001", "0", "1", "1.001", "0 to 1"},
        {"api.connect_timeout", "99ms", "100ms", "5m", "300001ms", "100ms to 5m"},
        {"api.request_timeout", "99ms", "100ms", "10m", "600001ms", "100ms to 10m"},
        {"api.late", "", "0", "1h", "3600001ms", "0 to 1h"},
        {"api.connections", "0", "1", "64", "65", "1 to 64"},
        {"rate_limit.requests", "0", "1", "10000000", "10000001", "auto, or 1 to 10000000"},
        {"rate_limit.share", "0.0099", "0.01", "1", "1.001", "0.01 to 1"},
        {"rate_limit.window", "999ms", "1s", "1h", "3600001ms", "1s to 1h"},
        {"rate_limit.jitter_margin", "", "0", "10s", "10001ms", "0 to 10s"},
        {"rate_limit.daily", "0", "1", "100000000", "100000001", "auto, or 1 to 100000000"},
        {"rate_limit.daily_reserve", "-0.001", "0", "0.99", "0.991", "0 to 0.99"},
        {"retry.initial", "9ms", "10ms", "1h", "3600001ms", "10ms to 1h"},
        {"retry.max", "9ms", "10ms", "1d", "86400001ms", "10ms to 1d"},
        {"retry.max_attempts", "0", "1", "1000", "1001", "1 to 1000"},
        {"retry.breaker.failures", "0", "1", "1000", "1001", "1 to 1000"},
        {"retry.breaker.probe_max", "9ms", "10ms", "1h", "3600001ms", "10ms to 1h"},
        {"brake.count", "0", "1", "1000000", "1000001", "1 to 1000000"},
        {"brake.share", "-0.001", "0", "1", "1.001", "0 to 1"},
        {"pending.max_bytes", "8388607B", "8MiB", "64GiB", "68719476737B", "8MiB to 64GiB"},
        {"state.history", "3599999ms", "1h", "3650d", "315360000001ms", "1h to 3650d"},
        {"metrics.ready_age_max", "999ms", "1s", "3650d", "315360000001ms", "1s to 3650d"},
        {"notify.least_pause", "999ms", "1s", "30d", "2592000001ms", "1s to 30d"},
        {"notify.age_max", "999ms", "1s", "3650d", "315360000001ms", "1s to 3650d"},
    };
    return rows;
}

class setting_bound : public ::testing::TestWithParam<bounds_row> {
protected:
    // As it is written after it was taken.
    static std::string taken(const char* text) {
        settings values;
        const setting_key& key = testing::table_key(GetParam().path);
        if (const auto fault = set_value(key, text, values)) return *fault;
        return value_text(key, values);
    }
    static std::string beyond(const std::string& text) {
        return "'" + text + "' is out of range: write " + GetParam().range;
    }
};

TEST_P(setting_bound, least_is_taken_as_it_is_written) {
    EXPECT_EQ(taken(GetParam().least), GetParam().least);
}

TEST_P(setting_bound, most_is_taken_as_it_is_written) {
    EXPECT_EQ(taken(GetParam().most), GetParam().most);
}

TEST_P(setting_bound, less_is_told_with_its_place_and_both_ends) {
    const std::string text = GetParam().below;
    if (text.empty()) {
        EXPECT_STREQ(GetParam().least, "0");
        return;
    }
    const auto file = testing::file_with(GetParam().path, text);
    EXPECT_EQ(testing::told_of(file.yaml), file.value_place + beyond(text));
}

TEST_P(setting_bound, more_is_told_with_its_place_and_both_ends) {
    const auto file = testing::file_with(GetParam().path, GetParam().above);
    EXPECT_EQ(testing::told_of(file.yaml), file.value_place + beyond(GetParam().above));
}

INSTANTIATE_TEST_SUITE_P(keys, setting_bound, ::testing::ValuesIn(bounds_rows()),
                         [](const auto& row) { return testing::row_name(row.param.path); });

TEST(setting_bounds, are_held_against_every_key_that_has_a_range) {
    std::set<std::string_view> with_a_row;
    for (const bounds_row& row : bounds_rows()) with_a_row.insert(row.path);
    for (const setting_key& key : setting_table()) {
        const bool has_a_range =
            std::visit([](const auto& kind) { return requires { kind.least; }; }, key.kind);
        EXPECT_EQ(with_a_row.contains(key.path), has_a_range) << key.path;
    }
}

// Each digit counts: what a 32 bit number would make of it lies within the range again.
TEST(setting_bounds, number_that_wraps_around_into_the_range_is_out_of_range) {
    for (const char* const path : {"api.connections", "batch.max_inputs", "rate_limit.requests"}) {
        settings values;
        EXPECT_NE(set_value(testing::table_key(path), "4294967297", values), std::nullopt) << path;
    }
}

TEST(setting_bounds, list_takes_as_many_entries_as_it_says_and_not_one_more) {
    for (const setting_key& key : setting_table()) {
        const auto* const list = std::get_if<list_key>(&key.kind);
        if (list == nullptr) continue;
        std::string text;
        for (std::size_t i = 0; i < list->most; ++i) text += "%d.%m.%Y\n";
        settings values;
        EXPECT_EQ(set_value(key, text, values), std::nullopt) << key.path;
        EXPECT_EQ(set_value(key, text + "%d.%m.%Y\n", values),
                  fmt::format("has {} entries: write {} at most", list->most + 1, list->most));
    }
}

TEST(setting_bounds, lists_are_of_a_hundred_names_and_of_twenty_forms_of_dates) {
    EXPECT_EQ(std::get<list_key>(testing::table_key("queue.ignore").kind).most, 100U);
    EXPECT_EQ(std::get<list_key>(testing::table_key("csv.dates").kind).most, 20U);
}

TEST(setting_bounds, map_takes_a_thousand_names_and_not_one_more) {
    for (const char* const path : {"csv.columns"}) {
        std::string text;
        for (int i = 0; i < 1000; ++i) text += fmt::format("column {}\tignore\n", i);
        settings values;
        EXPECT_EQ(set_value(testing::table_key(path), text, values), std::nullopt);
        EXPECT_EQ(set_value(testing::table_key(path), text + "one more\tignore\n", values),
                  "has 1001 entries: write 1000 at most");
    }
}

} // namespace
} // namespace hubspool
