// Dates and characters, all of them or at random, beside what the calendar and the RFCs say.
#include "core/words/base64.hpp"
#include "core/words/date_time.hpp"
#include "core/words/http_date.hpp"
#include "core/words/iso_instant.hpp"
#include "core/words/printable.hpp"
#include "core/words/utf8.hpp"
#include "support/random_rounds.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

namespace hubspool {
namespace {

namespace chrono = std::chrono;

// A second between 1970 and 2069, and its parts by the calendar of the library.
struct written_second {
    explicit written_second(std::int64_t since_1970)
        : at(chrono::seconds(since_1970)), day(chrono::floor<chrono::days>(at)),
          weekday(chrono::sys_days(day)), time(at - chrono::sys_days(day)) {}

    int year() const { return static_cast<int>(day.year()); }
    unsigned month() const { return static_cast<unsigned>(day.month()); }
    unsigned of_month() const { return static_cast<unsigned>(day.day()); }
    std::string clock() const {
        return fmt::format("{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(),
                           time.seconds().count());
    }

    chrono::sys_seconds at;
    chrono::year_month_day day;
    chrono::weekday weekday;
    chrono::hh_mm_ss<chrono::seconds> time;
};

written_second any_second(std::mt19937_64& random) {
    return written_second(static_cast<std::int64_t>(random() % 3'155'760'000));
}

TEST(written_dates, any_second_is_read_from_each_form_of_iso_8601) {
    std::mt19937_64 random(11);
    for (int i = 0; i < testing::random_rounds(5000); ++i) {
        const written_second s = any_second(random);
        const auto ms = static_cast<std::int64_t>(random() % 1000);
        const std::int64_t expected = s.at.time_since_epoch().count() * 1000 + ms;
        const std::string extended = fmt::format("{}-{:02}-{:02}T{}.{:03}Z", s.year(), s.month(),
                                                 s.of_month(), s.clock(), ms);
        std::string basic;
        for (const char c : extended)
            if (c != '-' && c != ':') basic += c;
        ASSERT_EQ(iso_instant(extended), expected) << extended;
        ASSERT_EQ(iso_instant(basic), expected) << basic;
        ASSERT_TRUE(is_date_time(extended)) << extended;
    }
}

TEST(written_dates, zone_moves_the_moment_the_other_way) {
    std::mt19937_64 random(12);
    for (int i = 0; i < testing::random_rounds(2000); ++i) {
        const written_second s = any_second(random);
        const auto minutes = static_cast<std::int64_t>(random() % (14 * 60));
        const bool east = random() % 2 == 0;
        const std::string text =
            fmt::format("{}-{:02}-{:02}T{}{}{:02}:{:02}", s.year(), s.month(), s.of_month(),
                        s.clock(), east ? '+' : '-', minutes / 60, minutes % 60);
        const std::int64_t seconds = s.at.time_since_epoch().count() + (east ? -60 : 60) * minutes;
        ASSERT_EQ(iso_instant(text), seconds * 1000) << text;
    }
}

TEST(written_dates, days_that_exist_are_taken_and_no_others) {
    for (const int year : {1972, 2000, 2023, 2024, 2100}) {
        for (unsigned month = 0; month <= 13; ++month) {
            for (unsigned day = 0; day <= 32; ++day) {
                const chrono::year_month_day date{chrono::year(year), chrono::month(month),
                                                  chrono::day(day)};
                const std::string text = fmt::format("{}-{:02}-{:02}T00:00:00Z", year, month, day);
                ASSERT_EQ(is_date_time(text), date.ok()) << text;
                ASSERT_EQ(iso_instant(text).has_value(), date.ok()) << text;
            }
        }
    }
}

TEST(written_dates, any_second_is_read_from_each_form_of_http) {
    constexpr const char* names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                     "Thursday", "Friday", "Saturday"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::mt19937_64 random(13);
    for (int i = 0; i < testing::random_rounds(5000); ++i) {
        const written_second s = any_second(random);
        const std::string name = names[s.weekday.c_encoding()];
        const char* const month = months[s.month() - 1];
        const std::string texts[] = {fmt::format("{}, {:02} {} {} {} GMT", name.substr(0, 3),
                                                 s.of_month(), month, s.year(), s.clock()),
                                     fmt::format("{}, {:02}-{}-{:02} {} GMT", name, s.of_month(),
                                                 month, s.year() % 100, s.clock()),
                                     fmt::format("{} {} {:2} {} {}", name.substr(0, 3), month,
                                                 s.of_month(), s.clock(), s.year())};
        for (const std::string& text : texts) ASSERT_EQ(parse_http_date(text), s.at) << text;
    }
}

TEST(written_dates, wait_until_a_date_is_the_same_whatever_the_clock_there) {
    std::mt19937_64 random(14);
    for (int i = 0; i < testing::random_rounds(500); ++i) {
        const auto begin = static_cast<std::int64_t>(random() % 1'000'000'000);
        const auto wait = static_cast<std::int64_t>(random() % 100'000);
        const auto text = [](const written_second& s) {
            constexpr const char* names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
            constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
            return fmt::format("{}, {:02} {} {} {} GMT", names[s.weekday.c_encoding()],
                               s.of_month(), months[s.month() - 1], s.year(), s.clock());
        };
        const auto told =
            parse_retry_after(text(written_second(begin + wait)), text(written_second(begin)));
        if (wait > 86'400) {
            ASSERT_FALSE(told) << wait;
        } else {
            ASSERT_EQ(told, chrono::seconds(wait)) << wait;
        }
    }
}

// --- characters

std::string encoded(std::uint32_t c) {
    const auto tail = [c](unsigned shift) {
        return static_cast<char>(0x80U | ((c >> shift) & 0x3fU));
    };
    if (c < 0x80) return {static_cast<char>(c)};
    if (c < 0x800) return {static_cast<char>(0xc0U | c >> 6), tail(0)};
    if (c < 0x10000) return {static_cast<char>(0xe0U | c >> 12), tail(6), tail(0)};
    return {static_cast<char>(0xf0U | c >> 18), tail(12), tail(6), tail(0)};
}

TEST(written_characters, each_of_unicode_is_one_and_no_surrogate_is) {
    for (std::uint32_t c = 0; c < 0x110000; ++c) {
        const std::string bytes = encoded(c);
        const bool surrogate = c >= 0xd800 && c <= 0xdfff;
        ASSERT_EQ(utf8_size(bytes), surrogate ? 0 : bytes.size()) << c;
    }
    for (std::uint32_t c = 0x110000; c < 0x200000; c += 0x101)
        ASSERT_EQ(utf8_size(encoded(c)), 0U) << c;
}

TEST(written_characters, what_is_repaired_is_right_and_what_was_right_stays) {
    std::mt19937_64 random(15);
    for (int i = 0; i < testing::random_rounds(5000); ++i) {
        std::string right;
        for (auto left = random() % 10; left > 0; --left)
            right += encoded(static_cast<std::uint32_t>(random() % 0xd800));
        ASSERT_EQ(repaired_utf8(right), right);
        std::string spoilt = right;
        for (auto flips = random() % 4; flips > 0 && !spoilt.empty(); --flips)
            spoilt[random() % spoilt.size()] = static_cast<char>(random() & 0xff);
        const std::string repaired = repaired_utf8(spoilt);
        ASSERT_TRUE(is_utf8(repaired));
        ASSERT_EQ(repaired_utf8(repaired), repaired) << "once is enough";
        ASSERT_EQ(repaired == spoilt, is_utf8(spoilt));
    }
}

TEST(written_characters, what_is_printed_steers_nothing_whatever_it_was) {
    std::mt19937_64 random(16);
    for (int i = 0; i < testing::random_rounds(5000); ++i) {
        std::string name(random() % 20, '\0');
        for (char& c : name) c = static_cast<char>(random() & 0xff);
        if (i % 2 == 0) name += encoded(static_cast<std::uint32_t>(0x2000 + random() % 0x80));
        std::string shown = printable(name);
        ASSERT_TRUE(is_utf8(shown));
        for (std::string_view rest = shown; !rest.empty();) {
            const std::size_t size = utf8_size(rest);
            ASSERT_FALSE(steers_text(rest.substr(0, size))) << shown;
            rest.remove_prefix(size);
        }
    }
}

TEST(written_characters, different_names_are_printed_differently) {
    // A backslash is escaped, too: so no name can look like the escaped form of another.
    for (int a = 0; a < 256; ++a) {
        const std::string raw(1, static_cast<char>(a));
        const std::string looks_so = fmt::format("\\x{:02x}", a);
        EXPECT_NE(printable(raw), printable(looks_so)) << a;
    }
}

TEST(written_characters, base64_is_read_back_by_the_table_of_the_rfc) {
    const std::string table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::mt19937_64 random(17);
    for (int i = 0; i < testing::random_rounds(2000); ++i) {
        std::string bytes(random() % 40, '\0');
        for (char& c : bytes) c = static_cast<char>(random() & 0xff);
        const std::string text = base64(bytes);
        ASSERT_EQ(text.size(), (bytes.size() + 2) / 3 * 4);
        std::string back;
        std::uint32_t bits = 0;
        unsigned held = 0;
        for (const char c : text) {
            if (c == '=') break;
            bits = bits << 6 | static_cast<std::uint32_t>(table.find(c));
            held += 6;
            if (held < 8) continue;
            held -= 8;
            back += static_cast<char>(bits >> held & 0xff);
        }
        ASSERT_EQ(back, bytes);
    }
}

} // namespace
} // namespace hubspool
