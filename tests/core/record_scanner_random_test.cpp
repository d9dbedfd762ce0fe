// Whatever the bytes, and however they are cut into windows.
#include "core/records/record_scanner.hpp"
#include "core/scanned_pieces.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

namespace {

using generator = std::mt19937_64;

std::size_t below(generator& random, std::size_t bound) {
    return random() % bound;
}

std::string some_object(generator& random) {
    static const char* const objects[] = {
        R"({})",
        R"({"objectId":"1"})",
        R"({"a":"}\"{\\","b":[1,{"c":null}]})",
        "{\n \"a\": 1\n}",
        R"({"inputs":[1]})",
        R"({"a":{"b":{"c":[[]]}}})",
        "{\"long\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
    };
    return objects[below(random, std::size(objects))];
}

std::string some_value(generator& random) {
    const std::size_t count = below(random, 5);
    const std::size_t format = below(random, 3);
    std::string bytes = below(random, 4) == 0 ? "\xef\xbb\xbf" : "";
    bytes += format == 0 ? "" : format == 1 ? "[" : "{\"inputs\":[";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) bytes += format == 0 ? "\n" : ",\n";
        bytes += some_object(random);
    }
    return bytes + (format == 0 ? "" : format == 1 ? "]" : "]}");
}

std::string some_file(generator& random) {
    std::string bytes;
    for (std::size_t values = 1 + below(random, 3); values > 0; --values)
        bytes += some_value(random) + (below(random, 3) == 0 ? "" : "\n");
    return bytes;
}

void mutate(generator& random, std::string& bytes) {
    static constexpr std::string_view marks = "{}[]\",:\\\n \t\r1ax\0\xef\xbb\xbf";
    const std::size_t at = below(random, bytes.size() + 1);
    const char mark = marks[below(random, marks.size())];
    switch (below(random, 4)) {
    case 0: bytes.insert(at, 1, mark); break;
    case 1: bytes.erase(at, 1 + below(random, 5)); break;
    case 2:
        if (at < bytes.size()) bytes[at] = mark;
        break;
    default: bytes.insert(at, bytes.substr(at, below(random, 40)));
    }
}

// Every byte that is no punctuation between records belongs to exactly one piece.
void expect_in_order(const std::vector<found_piece>& pieces, std::string_view bytes) {
    std::uint64_t at = 0;
    for (const auto& p : pieces) {
        ASSERT_GE(p.offset, at);
        ASSERT_LE(p.offset + p.size, bytes.size());
        for (const char c : bytes.substr(at, p.offset - at))
            ASSERT_NE(std::string_view(" \t\r\n,[]{}:\"inputs\xef\xbb\xbf").find(c),
                      std::string::npos);
        ASSERT_EQ(p.text, bytes.substr(p.offset, p.size));
        ASSERT_EQ(p.line,
                  1U + static_cast<std::uint64_t>(std::count(
                           bytes.begin(), bytes.begin() + static_cast<long>(p.offset), '\n')));
        ASSERT_EQ(p.kind == piece_kind::object, p.reason.empty());
        at = p.offset + p.size;
    }
}

} // namespace

TEST(record_scanner, any_bytes_in_any_windows_give_the_same_pieces) {
    for (std::uint64_t seed = 0; seed < testing::random_rounds(4000U); ++seed) {
        generator random(seed);
        std::string bytes = some_file(random);
        for (std::size_t i = below(random, 6); i > 0; --i) mutate(random, bytes);
        const auto whole = scan(bytes);
        expect_in_order(whole, bytes);
        if (HasFatalFailure()) FAIL() << "seed " << seed << ": " << bytes;

        record_scanner by_byte(record_max);
        EXPECT_EQ(scan_on(by_byte, bytes, [] { return 1; }, record_max), whole) << "seed " << seed;
        record_scanner by_chance(record_max);
        EXPECT_EQ(scan_on(
                      by_chance, bytes, [&] { return below(random, 30); }, record_max + 30),
                  whole)
            << "seed " << seed;
        record_scanner guessing(record_max);
        EXPECT_EQ(scan_on(
                      guessing, bytes, [&] { return below(random, 30); }, record_max + 30, true),
                  whole)
            << "seed " << seed;
        ASSERT_FALSE(HasNonfatalFailure()) << bytes;
    }
}

TEST(record_scanner, scanner_made_anew_after_a_piece_gives_the_same_rest) {
    for (std::uint64_t seed = 0; seed < testing::random_rounds(2000U); ++seed) {
        generator random(seed);
        std::string bytes = some_file(random);
        for (std::size_t i = below(random, 4); i > 0; --i) mutate(random, bytes);
        record_scanner through(record_max);
        const auto whole = scan_on(through, bytes, [] { return 7; });
        for (std::size_t i = 0; i < whole.size(); ++i) {
            // The very end is left out: an array cut short there has told so already.
            if (!whole[i].resume || whole[i].resume->offset == bytes.size()) continue;
            record_scanner anew(record_max, *whole[i].resume);
            auto rest = scan_on(anew, bytes, [] { return 5; });
            for (auto& p : rest) {
                if (p.resume) p.resume->ordinal += i + 1;
            }
            EXPECT_EQ(rest, std::vector(whole.begin() + static_cast<long>(i) + 1, whole.end()));
        }
        ASSERT_FALSE(HasNonfatalFailure()) << "seed " << seed << ": " << bytes;
    }
}

TEST(record_scanner, random_bytes_never_stop_it) {
    for (std::uint64_t seed = 0; seed < testing::random_rounds(300U); ++seed) {
        generator random(seed);
        std::string bytes(below(random, 400), '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        EXPECT_EQ(scan(bytes), [&] {
            record_scanner scanner(record_max);
            return scan_on(scanner, bytes, [] { return 1; });
        }());
    }
}

} // namespace hubspool
