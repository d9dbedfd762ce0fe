#include "base/log_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace hubspool::log {
namespace {

constexpr wall_time logged_at{milliseconds(1'795'473'694'120)}; // 2026-11-23T22:41:34.120Z

std::string text(std::string_view message, std::initializer_list<field> fields = {}) {
    return format_line(line_style::text, logged_at, level::info, message, fields);
}

std::string json(std::string_view message, std::initializer_list<field> fields = {}) {
    return format_line(line_style::json, logged_at, level::info, message, fields);
}

std::string value_as_text(std::string_view value) {
    const std::string line =
        format_line(line_style::journal, logged_at, level::info, "", {{{"k", value}}});
    return line.substr(std::string("<6> k=").size());
}

TEST(log_line, text_has_time_level_message_and_fields) {
    EXPECT_EQ(text("batch delivered", {{"batch", 7}, {"reason", "two words"}}),
              "2026-11-23T22:41:34.120Z info  batch delivered batch=7 reason=\"two words\"");
    EXPECT_EQ(format_line(line_style::text, logged_at, level::warning, "m", {}),
              "2026-11-23T22:41:34.120Z warning m");
}

TEST(log_line, journal_has_the_priority_and_no_time) {
    EXPECT_EQ(format_line(line_style::journal, logged_at, level::debug, "m", {}), "<7>m");
    EXPECT_EQ(format_line(line_style::journal, logged_at, level::info, "m", {}), "<6>m");
    EXPECT_EQ(format_line(line_style::journal, logged_at, level::warning, "m", {}), "<4>m");
    EXPECT_EQ(format_line(line_style::journal, logged_at, level::error, "m", {}), "<3>m");
}

TEST(log_line, native_has_each_field_by_its_name_behind_the_whole_text) {
    const std::string line =
        format_line(line_style::native, logged_at, level::warning, "batch",
                    {{{"batch", 7}, {"reason", "two\nwords=\"x\""}, {"empty", ""}, {"ok", true}}});
    EXPECT_EQ(line,
              "\x1fPRIORITY=4\x1fSYSLOG_IDENTIFIER=hubspool"
              "\x1fMESSAGE=batch batch=7 reason=\"two\\nwords=\\\"x\\\"\" ok=true"
              "\x1fHUBSPOOL_BATCH=7\x1fHUBSPOOL_REASON=two\\nwords=\"x\"\x1fHUBSPOOL_OK=true");
    EXPECT_EQ(line_of_record(line), "<4>batch batch=7 reason=\"two\\nwords=\\\"x\\\"\" ok=true");
}

// A value must not forge a field, nor end one.
TEST(log_line, scenario_26_native_fields_cannot_be_forged) {
    const std::string_view hostile("\x1fPRIORITY=0\nMESSAGE=x\0", 22);
    const std::string line =
        format_line(line_style::native, logged_at, level::info, hostile, {{{"file", hostile}}});
    EXPECT_EQ(std::count(line.begin(), line.end(), record_mark), 4);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\0'), std::string::npos);
}

TEST(log_line, json_keeps_the_fields_types) {
    EXPECT_EQ(json("m", {{"count", 7}, {"ok", true}, {"share", 0.5}, {"text", "7"}}),
              R"({"time":"2026-11-23T22:41:34.120Z","level":"info","message":"m",)"
              R"("count":7,"ok":true,"share":0.5,"text":"7"})");
    EXPECT_TRUE(
        json("m", {{"x", std::numeric_limits<double>::quiet_NaN()}}).ends_with("\"x\":null}"));
}

TEST(log_line, empty_texts_are_left_out) {
    EXPECT_TRUE(text("m", {{"a", ""}, {"b", 0}, {"c", std::string()}}).ends_with("m b=0"));
    EXPECT_TRUE(json("m", {{"a", ""}}).ends_with("\"message\":\"m\"}"));
}

TEST(log_line, value_that_could_be_misread_is_quoted_and_escaped) {
    EXPECT_EQ(value_as_text("plain-1.5/x"), "plain-1.5/x");
    EXPECT_EQ(value_as_text("a=b"), "\"a=b\"");
    EXPECT_EQ(value_as_text("say \"hi\""), R"("say \"hi\"")");
    EXPECT_EQ(value_as_text("back\\slash"), R"("back\\slash")");
    EXPECT_EQ(value_as_text("two\nlines\r\t"), R"("two\nlines\r\t")");
    EXPECT_EQ(value_as_text("\xc3\xa4"), "\xc3\xa4");
}

// A file's name may hold any byte; a line must not be forged by it, nor a terminal steered.
TEST(log_line, scenario_26_names_with_newlines_and_escapes) {
    EXPECT_EQ(value_as_text("\x1b[2J\x7f"), R"("\x1b[2J\x7f")");
    EXPECT_EQ(value_as_text("\xc2\x9b"), R"("\u009b")");
    EXPECT_EQ(text("a\nb").find('\n'), std::string::npos);
    EXPECT_EQ(json("a\nb").find('\n'), std::string::npos);
    EXPECT_EQ(value_as_text(std::string_view("a\0b", 3)), R"("a\x00b")");
}

TEST(log_line, bytes_that_are_no_utf8_are_written_in_hex) {
    EXPECT_EQ(value_as_text("a\xff"), R"("a\\xff")");
    for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
                            "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xc3(", "\xe2\x82"}) {
        const std::string line = json("m", {{"k", bad}});
        for (const char c : line) EXPECT_LT(static_cast<unsigned char>(c), 0x80) << line;
    }
    for (const char* good : {"\xc2\xa0", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"})
        EXPECT_NE(json("m", {{"k", good}}).find(good), std::string::npos);
}

TEST(log_line, long_values_are_cut_at_a_whole_character) {
    EXPECT_EQ(value_as_text(std::string(value_most, 'x')), std::string(value_most, 'x'));
    EXPECT_EQ(value_as_text(std::string(value_most + 1, 'x')),
              "\"" + std::string(value_most, 'x') + "...[2001 bytes]\"");
    std::string euros;
    for (int i = 0; i < 1000; ++i) euros += "\xe2\x82\xac";
    const std::string cut = value_as_text(euros);
    EXPECT_LT(cut.size(), value_most + 30);
    EXPECT_NE(cut.find("\xe2\x82\xac...[3000 bytes]"), std::string::npos);
    EXPECT_LT(text(std::string(100'000, 'm')).size(), 2 * value_most);
}

} // namespace
} // namespace hubspool::log
