#include "core/records/decoded_block.hpp"
#include "core/records/record_scanner.hpp"
#include "core/scanned_pieces.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

namespace {

std::vector<std::string> texts(const std::vector<found_piece>& pieces) {
    std::vector<std::string> all;
    for (const auto& p : pieces) all.push_back(p.text);
    return all;
}

std::vector<piece_kind> kinds(const std::vector<found_piece>& pieces) {
    std::vector<piece_kind> all;
    for (const auto& p : pieces) all.push_back(p.kind);
    return all;
}
using strings = std::vector<std::string>;
using kind_list = std::vector<piece_kind>;
constexpr auto whole_object = piece_kind::object;
constexpr auto damaged = piece_kind::damaged;
constexpr auto oversized = piece_kind::oversized;
constexpr auto tail = piece_kind::damaged_tail;

} // namespace

TEST(record_scanner, single_object_is_one_piece) {
    const auto pieces = scan(R"({"objectId":"1"})");
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0].kind, whole_object);
    EXPECT_EQ(pieces[0].offset, 0U);
    EXPECT_EQ(pieces[0].size, 16U);
    EXPECT_EQ(pieces[0].line, 1U);
}

TEST(record_scanner, ndjson_gives_offsets_and_lines) {
    const auto pieces = scan("{\"a\":1}\n\n{\"a\":2}\r\n{\"a\":3} {\"a\":4}\n");
    EXPECT_EQ(texts(pieces), (strings{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"}));
    EXPECT_EQ(pieces[1].offset, 9U);
    EXPECT_EQ(pieces[1].line, 3U);
    EXPECT_EQ(pieces[3].line, 4U);
}

TEST(record_scanner, pretty_printed_sequence_gives_whole_objects) {
    const auto pieces = scan("{\n  \"a\": [\n {}, {}\n ]\n}\n{\n  \"b\": {\"c\": 2}\n}\n");
    EXPECT_EQ(kinds(pieces), (kind_list{whole_object, whole_object}));
    EXPECT_EQ(pieces[1].line, 6U);
}

TEST(record_scanner, brackets_and_quotes_inside_strings_are_text) {
    const strings lines{R"({"a":"}{][\"\\"})", R"({"b\\":"\\\"{"})"};
    EXPECT_EQ(texts(scan(lines[0] + "\n" + lines[1])), lines);
}

TEST(record_scanner, array_gives_its_elements) {
    record_scanner scanner(record_max);
    const std::string bytes = " [ {\"a\":1} ,\n{\"a\":[{}]}\n] \n";
    const auto pieces = scan_on(scanner, bytes, [] { return 100; });
    EXPECT_EQ(texts(pieces), (strings{"{\"a\":1}", "{\"a\":[{}]}"}));
    EXPECT_EQ(pieces[1].line, 2U);
    EXPECT_EQ(pieces[0].resume->format, file_format::array);
    EXPECT_EQ(scanner.format(), file_format::sequence);
}

TEST(record_scanner, request_body_gives_its_inputs) {
    record_scanner scanner(record_max);
    const std::string bytes = "\n{ \"inputs\"\n: [{\"a\":1},{\"a\":2}]\n}\n";
    const auto pieces = scan_on(scanner, bytes, [] { return 100; });
    EXPECT_EQ(texts(pieces), (strings{"{\"a\":1}", "{\"a\":2}"}));
    EXPECT_EQ(pieces[0].line, 3U);
    EXPECT_EQ(pieces[0].resume->format, file_format::inputs);
    EXPECT_EQ(scanner.format(), file_format::sequence);
}

TEST(record_scanner, object_that_only_resembles_a_request_body_is_a_record) {
    for (const std::string bytes : {R"({"inputs":"x"})", R"({"input":[]})", R"({"in puts":[]})",
                                    R"({"inputsx":[]})", R"({"a":1,"inputs":[]})", R"({})"}) {
        record_scanner scanner(record_max);
        EXPECT_EQ(texts(scan_on(scanner, bytes, [] { return 100; })), strings{bytes});
        EXPECT_EQ(scanner.format(), file_format::sequence) << bytes;
    }
}

TEST(record_scanner, empty_documents_have_no_pieces) {
    for (const std::string bytes :
         {"", " \n\t\r\n", "[]", " [ \n ] ", "{\"inputs\":[]}", "\xef\xbb\xbf"})
        EXPECT_TRUE(scan(bytes).empty()) << bytes;
}

TEST(record_scanner, byte_order_marks_are_skipped_before_any_value) {
    const auto pieces = scan("\xef\xbb\xbf{\"a\":1}\n\xef\xbb\xbf{\"a\":2}\n");
    EXPECT_EQ(kinds(pieces), (kind_list{whole_object, whole_object}));
    EXPECT_EQ(pieces[0].offset, 3U);
    EXPECT_EQ(pieces[1].offset, 14U);
    EXPECT_EQ(texts(scan("\xef\xbb\xbf[{}]")), strings{"{}"});
    EXPECT_EQ(texts(scan("[{}]\xef\xbb\xbf[{}]\xef\xbb\xbf{\"inputs\":[{}]} \xef\xbb\xbf {}")),
              (strings{"{}", "{}", "{}", "{}"}));
    EXPECT_EQ(kinds(scan("\xef\xbb{}\n{}")), (kind_list{damaged, whole_object}));
    EXPECT_EQ(kinds(scan("{}\n\xef\xbb")), (kind_list{whole_object, tail}));
}

TEST(record_scanner, arrays_bodies_and_objects_may_follow_one_another) {
    const strings each{"{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":4}"};
    const auto array = [&](std::size_t i) { return "[" + each[i] + "," + each[i + 1] + "]"; };
    const auto body = [&](std::size_t i) { return "{\"inputs\":" + array(i) + "}"; };
    const auto objects = [&](std::size_t i) { return each[i] + "\n" + each[i + 1]; };
    for (const std::string between : {"", "\n", " \r\n\n", "\n[]\n", "{\"inputs\":[ ]}"}) {
        for (const auto& first : {array(0), body(0), objects(0)})
            for (const auto& second : {array(2), body(2), objects(2)})
                EXPECT_EQ(texts(scan(first + between + second)), each) << first + between + second;
    }
    const auto pieces = scan("[{\"a\":1}]\n\n[ {\"a\":2},1]\n{\"a\":3}");
    EXPECT_EQ(kinds(pieces), (kind_list{whole_object, whole_object, damaged, whole_object}));
    EXPECT_EQ(pieces[1].line, 3U);
    EXPECT_EQ(pieces[3].line, 4U);
}

TEST(record_scanner, bracket_that_begins_no_array_of_records_costs_its_line_only) {
    const auto pieces = scan("{\"n\":1}\n[2026-11-29 10:00] export\n[ \n{\"n\":2}]\n{\"n\":3}\n");
    EXPECT_EQ(texts(pieces),
              (strings{"{\"n\":1}", "[2026-11-29 10:00] export", "{\"n\":2}", "{\"n\":3}"}));
    EXPECT_EQ(kinds(pieces), (kind_list{whole_object, damaged, whole_object, whole_object}));
    // Nor in the lines of a damaged object.
    EXPECT_EQ(kinds(scan("{\"a\":\n[\n{\"n\":1}\n")), (kind_list{damaged, damaged, whole_object}));
}

TEST(record_scanner, text_between_objects_is_one_bad_piece_to_the_newline) {
    const auto pieces = scan("{\"a\":1}, {\"a\":2}\nhello\n[1]\n12\n{\"a\":3}\n");
    EXPECT_EQ(kinds(pieces),
              (kind_list{whole_object, damaged, damaged, damaged, damaged, whole_object}));
    EXPECT_EQ(pieces[1].text, ", {\"a\":2}");
    EXPECT_EQ(pieces[2].text, "hello");
    EXPECT_EQ(pieces[5].line, 5U);
}

TEST(record_scanner, nul_bytes_between_records_are_a_bad_piece) {
    const std::string bytes("{}\n\0\0\n{}\n", 9);
    EXPECT_EQ(kinds(scan(bytes)), (kind_list{whole_object, damaged, whole_object}));
}

TEST(record_scanner, damage_costs_its_own_line_only) {
    struct {
        const char* line;
        const char* words;
    } const cases[] = {
        {R"({"a":"open)", "inside a string"},   {R"({"a":[1})", "other kind"},
        {R"({"a":1]})", "other kind"},          {R"({"a":1)", "where none may stand"},
        {R"({"a":1,)", "where none may stand"}, {R"({"a":{"b":1})", "where none may stand"},
        {R"({)", "where none may stand"},       {R"({"a":"x\)", "inside a string"},
    };
    for (const auto& c : cases) {
        const auto pieces = scan("{\"n\":1}\n" + std::string(c.line) + "\n{\"n\":2}\n{\"n\":3}\n");
        EXPECT_EQ(texts(pieces), (strings{"{\"n\":1}", c.line, "{\"n\":2}", "{\"n\":3}"}));
        EXPECT_EQ(kinds(pieces), (kind_list{whole_object, damaged, whole_object, whole_object}));
        EXPECT_NE(pieces[1].reason.find(c.words), std::string::npos) << pieces[1].reason;
        EXPECT_EQ(pieces[2].line, 3U);
    }
}

TEST(record_scanner, object_cut_after_its_colon_does_not_swallow_its_neighbours) {
    const auto pieces = scan("{\"a\":\n{\"n\":1}\n{\"n\":2}\n");
    EXPECT_EQ(texts(pieces), (strings{"{\"a\":", "{\"n\":1}", "{\"n\":2}"}));
    EXPECT_EQ(kinds(pieces), (kind_list{damaged, whole_object, whole_object}));
}

TEST(record_scanner, pretty_printed_object_after_a_damaged_one_is_whole) {
    const auto pieces = scan("{\n \"a\": {\n \"b\": 1\n}\n{\n \"n\": 2\n}\n");
    ASSERT_FALSE(pieces.empty());
    EXPECT_EQ(pieces.back().kind, whole_object);
    EXPECT_EQ(pieces.back().text, "{\n \"n\": 2\n}");
}

TEST(record_scanner, last_line_that_is_incomplete_is_a_damaged_tail) {
    for (const char* line : {"{\"a\":1", "{", "{\"a\":\"x", "hello", "{\"inputs\": "}) {
        const auto pieces = scan("{\"n\":1}\n" + std::string(line));
        EXPECT_EQ(kinds(pieces), (kind_list{whole_object, tail}));
        EXPECT_EQ(pieces.back().text, line);
    }
    EXPECT_EQ(kinds(scan("{\"inputs\": ")), (kind_list{tail}));
}

TEST(record_scanner, object_open_at_the_end_costs_its_first_line_only) {
    const auto pieces = scan("{\"a\":[\n{\"n\":1},\n{\"n\":2}\n");
    EXPECT_EQ(texts(pieces), (strings{"{\"a\":[", "{\"n\":1}", ",", "{\"n\":2}"}));
    EXPECT_EQ(kinds(pieces), (kind_list{damaged, whole_object, damaged, whole_object}));
}

TEST(record_scanner, record_of_exactly_the_limit_is_an_object) {
    const std::string fits = "{\"a\":\"" + std::string(record_max - 8, 'x') + "\"}";
    ASSERT_EQ(fits.size(), record_max);
    EXPECT_EQ(kinds(scan(fits + "\n{}\n")), (kind_list{whole_object, whole_object}));
    EXPECT_EQ(kinds(scan("[" + fits + ",{}]")), (kind_list{whole_object, whole_object}));
    const std::string over = "{\"a\":\"" + std::string(record_max - 7, 'x') + "\"}";
    EXPECT_EQ(kinds(scan(over + "\n{}\n")), (kind_list{oversized, whole_object}));
    EXPECT_EQ(kinds(scan("[" + over + ",{}]")), (kind_list{oversized, whole_object}));
}

TEST(record_scanner, oversized_line_is_skipped_to_its_newline) {
    const std::string big = "{\"a\":\"" + std::string(500, 'x') + "\"}";
    const auto pieces = scan("{}\n" + big + "\n{}\n");
    EXPECT_EQ(kinds(pieces), (kind_list{whole_object, oversized, whole_object}));
    EXPECT_EQ(pieces[1].size, big.size());
    EXPECT_EQ(pieces[1].text, big);
    EXPECT_EQ(pieces[2].line, 3U);
}

TEST(record_scanner, long_object_over_many_lines_costs_its_lines) {
    std::string big = "{\"a\":[\n";
    for (int i = 0; i < 50; ++i) big += "1,\n";
    const auto pieces = scan(big + "2]}\n{\"n\":1}\n");
    EXPECT_EQ(pieces.front().kind, damaged);
    EXPECT_EQ(pieces.front().text, "{\"a\":[");
    EXPECT_EQ(pieces.back().text, "{\"n\":1}");
    EXPECT_EQ(pieces.size(), 53U);
}

TEST(record_scanner, bad_piece_keeps_its_first_bytes_only) {
    const std::string junk = std::string(3 * bad_content_bytes_max, 'x');
    const auto in_sequence = scan(junk + "\n{}\n", 1 << 20);
    EXPECT_EQ(in_sequence[0].size, junk.size());
    EXPECT_EQ(in_sequence[0].text.size(), bad_content_bytes_max);
    const auto in_array = scan("[\"" + junk + "\",{}]", 1 << 20);
    EXPECT_EQ(kinds(in_array), (kind_list{damaged, whole_object}));
    EXPECT_EQ(in_array[0].size, junk.size() + 2);
    EXPECT_EQ(in_array[0].text.size(), bad_content_bytes_max);
}

TEST(record_scanner, array_elements_that_are_no_objects_are_bad_pieces) {
    const auto pieces = scan(R"([1, "a,]\"b", null, [{"x":1},2], {"n":1}, tru e])");
    EXPECT_EQ(texts(pieces),
              (strings{"1", R"("a,]\"b")", "null", R"([{"x":1},2])", R"({"n":1})", "tru", "e]"}));
    EXPECT_EQ(kinds(pieces),
              (kind_list{damaged, damaged, damaged, damaged, whole_object, damaged, tail}));
}

TEST(record_scanner, missing_array_element_is_a_bad_piece_without_bytes) {
    const auto pieces = scan("[,{},,{},]");
    EXPECT_EQ(kinds(pieces), (kind_list{damaged, whole_object, damaged, whole_object, damaged}));
    EXPECT_EQ(pieces[0].offset, 1U);
    EXPECT_EQ(pieces[0].size, 0U);
    EXPECT_EQ(pieces[4].offset, 9U);
}

TEST(record_scanner, bad_json_inside_balanced_brackets_is_the_decoders_affair) {
    EXPECT_EQ(kinds(scan("[{\"a\" 1},{\"a\":\"x\ny\"},{{}}]")),
              (kind_list{whole_object, whole_object, whole_object}));
}

TEST(record_scanner, array_that_is_not_closed_has_a_damaged_tail) {
    for (const char* bytes : {"[{}", "[{},", "[{} ", "{\"inputs\":[{}", "{\"inputs\":[{}]", "[{}]]",
                              "[{}] x", "[{} {}]", "{\"inputs\":[{}],\"a\":1}", "[{},{\"a\":[}]",
                              "[{},{\"a", "[{},\"a", "[{},1", "{\"inputs\":[{}]}}"}) {
        EXPECT_EQ(kinds(scan(bytes)), (kind_list{whole_object, tail})) << bytes;
    }
    EXPECT_EQ(kinds(scan("[")), (kind_list{tail}));
}

TEST(record_scanner, deep_nesting_is_left_to_the_decoder) {
    const std::string deep = "{\"a\":" + std::string(3000, '[') + std::string(3000, ']') + "}";
    EXPECT_EQ(texts(scan(deep + "\n{}\n", 1 << 20)), (strings{deep, "{}"}));
}

TEST(record_scanner, scenario_27_broken_tail_of_gigabytes_flows_through) {
    const std::string junk(256 * 1024, 'x');
    struct {
        std::string_view beginning;
        std::uint64_t windows;
    } const cases[] = {{"{\"n\":1}\n", 5 * 4096}, {"[{\"n\":1},\"", 512}};
    for (const auto& [beginning, windows] : cases) {
        record_scanner scanner(1 << 20);
        ASSERT_EQ(scanner.next(beginning, false)->kind, whole_object);
        std::string window(beginning.substr(scanner.consumed()));
        std::uint64_t total = beginning.size();
        for (std::uint64_t i = 0; i < windows; ++i) {
            // What the scanner has not used stays in the window: at most one record.
            const std::uint64_t before = scanner.consumed();
            window.append(junk);
            total += junk.size();
            ASSERT_FALSE(scanner.next(window, false));
            window.erase(0, scanner.consumed() - before);
            ASSERT_LE(window.size(), 1U << 20);
        }
        const auto last = scanner.next(window, true);
        ASSERT_TRUE(last);
        EXPECT_EQ(last->kind, tail);
        EXPECT_EQ(last->offset + last->size, total);
        EXPECT_GE(last->size, windows * junk.size());
        EXPECT_EQ(last->text.size(), bad_content_bytes_max);
    }
}

TEST(record_scanner, objects_left_open_on_every_line_are_scanned_in_linear_time) {
    // Seconds when every line is looked at once or twice, hours when up to the limit each time.
    std::string bytes;
    while (bytes.size() < (8U << 20)) bytes += "{\"a\":[\n";
    record_scanner scanner(1 << 20);
    std::uint64_t count = 0;
    std::uint64_t at = 0;
    while (scanner.next(std::string_view(bytes).substr(at), true)) {
        at = scanner.consumed();
        ++count;
    }
    EXPECT_EQ(count, bytes.size() / 7);
}

} // namespace hubspool
