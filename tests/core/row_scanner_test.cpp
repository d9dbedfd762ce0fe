#include "core/records/decoded_block.hpp"
#include "core/rows/piece_feed.hpp"
#include "core/rows/row_scanner.hpp"
#include "core/rows/table_name.hpp"
#include "support/random_rounds.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>
#include <string>
#include <vector>

namespace hubspool {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class row_scanner_test : public ::testing::Test {
protected:
    // A line a piece: its place, what it is, and its text.
    std::vector<std::string> rows_of(std::string_view text, std::size_t step = SIZE_MAX) {
        row_scanner scanner(record_bytes_max, options, '\0');
        return rows_of(scanner, text, step);
    }
    std::vector<std::string> rows_of(row_scanner& scanner, std::string_view text,
                                     std::size_t step) {
        std::vector<std::string> rows;
        std::string_view window;
        for (std::size_t told = 0; true; told = std::min(text.size(), told + step)) {
            const bool last = step > text.size() || told == text.size();
            if (last) told = text.size();
            while (true) {
                window = text.substr(scanner.consumed(), told - scanner.consumed());
                const auto found = scanner.next(window, last ? end : text_end::open);
                if (!found) break;
                rows.push_back(shown(*found));
                next.push_back(
                    {scanner.consumed(), rows.size(), scanner.line(), 0, scanner.format()});
            }
            held = std::max(held, window.size());
            if (last) break;
        }
        refusal = scanner.refusal();
        return rows;
    }
    static std::string shown(const piece& found) {
        const std::string place = std::to_string(found.offset) + "+" + std::to_string(found.size) +
                                  " line " + std::to_string(found.line) + ": ";
        const std::string reason(found.reason);
        switch (found.kind) {
        case piece_kind::object:
            return place + std::string(found.text) + (reason.empty() ? "" : " | " + reason);
        case piece_kind::damaged: return place + "bad: " + reason;
        case piece_kind::oversized: return place + "long: " + reason;
        case piece_kind::damaged_tail: return place + "tail: " + reason;
        }
        return "";
    }
    std::string only_record_of(std::string_view text) {
        const auto rows = rows_of(text);
        if (rows.size() != 1) return std::to_string(rows.size()) + " rows; " + refusal;
        return rows[0].substr(rows[0].find(": ") + 2);
    }
    std::string refusal_of(std::string_view text) {
        EXPECT_THAT(rows_of(text), IsEmpty());
        return refusal;
    }

    csv_options options;
    text_end end = text_end::whole; // of the text
    std::size_t record_bytes_max = 1000;
    std::vector<read_point> next; // where each row ended
    std::string refusal;
    std::size_t held = 0; // of a window that was asked for more
};

// As spreadsheets write it where the comma stands in numbers.
TEST_F(row_scanner_test, first_line_that_says_what_divides_the_cells_is_heeded_however_it_is_cut) {
    const std::string text = "\xEF\xBB\xBFsep=;\r\nobjectId;eventName\r\n1;a,b\r\n";
    for (std::size_t step = 1; step < text.size() + 2; ++step) {
        row_scanner scanner(record_bytes_max, options, '\0');
        const auto rows = rows_of(scanner, text, step);
        ASSERT_EQ(rows.size(), 1U) << step << refusal;
        EXPECT_THAT(rows[0], HasSubstr(R"(line 3: {"objectId":"1","eventName":"a,b"})"));
        EXPECT_EQ(scanner.dialect(), (table_dialect{';', '"'}));
    }
    options.delimiter = ',';
    EXPECT_THAT(only_record_of("sep=;\nobjectId,eventName\n1,a;b\n"), HasSubstr("a;b"))
        << "what the configuration says goes first";
    EXPECT_THAT(refusal_of("sep=x\nobjectId\n1\n"), HasSubstr("not told of \"sep=x\""));
}

TEST_F(row_scanner_test, rows_become_records_by_the_names_of_the_header) {
    EXPECT_THAT(
        rows_of("objectId,eventName,custom:room\n7,Opening,A1\n8,\"Last, \"\"Late\"\"\nnight\","
                "\n\n9,x,y"),
        ElementsAre("31+12 line 2: {\"objectId\":\"7\",\"eventName\":\"Opening\","
                    "\"customProperties\":[{\"name\":\"room\",\"value\":\"A1\"}]}",
                    "44+25 line 3: {\"objectId\":\"8\",\"eventName\":\"Last, "
                    "\\\"Late\\\"\\nnight\"}",
                    "71+5 line 6: {\"objectId\":\"9\",\"eventName\":\"x\","
                    "\"customProperties\":[{\"name\":\"room\",\"value\":\"y\"}]}"));
}

// Half a value would pass for a value.
TEST_F(row_scanner_test, row_in_which_the_text_is_cut_off_is_none_wherever_that_is) {
    const std::string text = "eventName,objectId\nab,1234\n\"c\nd\",5678\r\nef,9012\n";
    const std::string first = "19+7 line 2: {\"objectId\":\"1234\",\"eventName\":\"ab\"}";
    const std::string second = "27+10 line 3: {\"objectId\":\"5678\",\"eventName\":\"c\\nd\"}";
    end = text_end::cut;
    for (std::size_t size = 27; size < text.size(); ++size) {
        std::vector<std::string> expected{first};
        if (size > 37) expected.push_back(second);
        const std::size_t row = size > 37 ? std::min<std::size_t>(size, 39) : 27;
        if (size > row)
            expected.push_back(fmt::format("{}+{} line {}: tail: the text breaks off in this row",
                                           row, size - row, size > 37 ? 5 : 3));
        for (std::size_t step = 1; step < 6; ++step)
            ASSERT_EQ(rows_of(text.substr(0, size), step), expected) << size << " by " << step;
    }
}

TEST_F(row_scanner_test, the_configuration_says_what_columns_are) {
    options.columns = {{"id", "objectId"},     {"title", "eventName"},    {"note", "ignore"},
                       {"nr", "$hubspool.id"}, {"at", "$hubspool.as_of"}, {"room", "custom:Room"}};
    options.constants = {{"eventType", "WEBINAR"}, {"eventCancelled", "no"}, {"custom:s", "x\"y"}};
    EXPECT_EQ(only_record_of("title;id; note ;nr;at;room\nA;007;?;n1;1796000400000;R\n"),
              "{\"objectId\":\"007\",\"$hubspool\":{\"id\":\"n1\",\"as_of\":1796000400000},"
              "\"eventName\":\"A\",\"eventType\":\"WEBINAR\",\"eventCancelled\":false,"
              "\"customProperties\":[{\"name\":\"Room\",\"value\":\"R\"},"
              "{\"name\":\"s\",\"value\":\"x\\\"y\"}]}");
}

TEST_F(row_scanner_test, what_a_table_cannot_be_read_for_is_told_with_what_to_write) {
    EXPECT_THAT(refusal_of("id,eventName,rum\n1,2,3\n"),
                HasSubstr("table of 3 columns, and what goes where is not told of \"id\", \"rum\": "
                          "write in csv.columns"));
    EXPECT_THAT(refusal_of("eventName,eventType\na,b\n"), HasSubstr("without an objectId"));
    EXPECT_THAT(refusal_of("objectId,eventName,eventName\n1,2,3\n"),
                HasSubstr("both \"eventName\" and \"eventName\" are eventName"));
    options.constants = {{"eventName", "a"}};
    EXPECT_THAT(refusal_of("objectId,eventName\n1,2\n"), HasSubstr("both csv.constants and"));
    EXPECT_THAT(refusal_of("objectId,\"eventName\n1,2\n"), HasSubstr("never closed"));
    EXPECT_THAT(refusal_of("objectId,\"eventName\"x\n1,2\n"), HasSubstr("behind a closing quote"));
    EXPECT_THAT(refusal_of("objectId,custom:\xfc\n1,2\n"), HasSubstr("header is no UTF-8"));
    EXPECT_THAT(refusal_of("\n\r\n"), HasSubstr("without a header"));
    EXPECT_THAT(refusal_of(std::string(3000, 'x')), HasSubstr("header never ends"));
    record_bytes_max = 1U << 20;
    std::string many = "objectId";
    for (int i = 0; i < 1000; ++i) many += ",custom:c" + std::to_string(i);
    EXPECT_THAT(refusal_of(many + "\n"), HasSubstr("more than 1000 columns"));
}

TEST_F(row_scanner_test, the_header_tells_the_delimiter_or_it_must_be_told) {
    for (const char sign : {',', ';', '\t', '|'}) {
        const std::string text = std::string("objectId") + sign + "eventName\n1" + sign + "a\n";
        EXPECT_EQ(only_record_of(text), "{\"objectId\":\"1\",\"eventName\":\"a\"}");
    }
    // Known names decide between two.
    EXPECT_EQ(only_record_of("objectId;custom:a,b;eventName\n1;2,3;x\n"),
              "{\"objectId\":\"1\",\"eventName\":\"x\",\"customProperties\":[{\"name\":\"a,b\","
              "\"value\":\"2,3\"}]}");
    EXPECT_THAT(refusal_of("a,b;c\n1,2;3\n"), HasSubstr("by comma or by semicolon: write in "
                                                        "csv.delimiter which"));
    options.delimiter = ';';
    EXPECT_THAT(refusal_of("a,b;c\n1,2;3\n"), HasSubstr("not told of \"a,b\", \"c\""));
    options.delimiter = '\0';
    options.constants = {{"eventCancelled", "TRUE"}};
    EXPECT_EQ(only_record_of("\xef\xbb\xbfobjectId\r\n5\r\n"),
              "{\"objectId\":\"5\",\"eventCancelled\":true}");
}

TEST_F(row_scanner_test, bad_rows_are_told_and_harm_no_other) {
    EXPECT_THAT(rows_of("objectId,eventName,eventCancelled,startDateTime\n"
                        "1,a,true,2026-11-30T10:00:00Z\n"
                        "2,b\n"
                        "3,c,1,,\n"
                        ",,,,,8;h\n"
                        "4,\"d\"e,0,\n"
                        "5,e,maybe,2026-11-30\n"
                        ",f,,\n"
                        ",,,\n"
                        "6,g,no,31/02/2026\n"
                        "7,\xfc,F,\n"),
                ElementsAre(HasSubstr("\"eventCancelled\":true,"),
                            "78+3 line 3: bad: the row has 2 cells, and the header 4",
                            "82+7 line 4: bad: the row has more cells than the header, which has 4",
                            "90+8 line 5: bad: the row has more cells than the header, which has 4",
                            HasSubstr("line 6: bad: text stands behind the closing quote"),
                            HasSubstr("| column eventCancelled: 'maybe' is neither true nor false"),
                            HasSubstr("| column objectId: is empty"),
                            HasSubstr("{\"objectId\":\"6\",\"eventName\":\"g\",\"eventCancelled\":"
                                      "false,\"startDateTime\":\"31/02/2026\"} | column "
                                      "startDateTime: '31/02/2026' is no time; write it as"),
                            // A list, which a retry refuses: no sign is sent in place of another.
                            AllOf(HasSubstr("\"eventName\":[\"\xef\xbf\xbd\"]"),
                                  HasSubstr("| column eventName: '\\xfc' is no UTF-8"))));
}

TEST_F(row_scanner_test, a_quote_that_is_never_closed_ends_the_table_at_its_row) {
    EXPECT_THAT(rows_of("objectId,eventName\n1,a\n2,\"b\n3,c\n"),
                ElementsAre(HasSubstr("\"1\""), "23+9 line 3: tail: a quote is never closed"));
    EXPECT_EQ(next.back().format, file_format::cut_rows);
    record_bytes_max = 20;
    EXPECT_THAT(rows_of("objectId,eventName\n1,a\n2,\"b\n" + std::string(5000, 'c') + "\n3,c\n", 7),
                ElementsAre(HasSubstr("\"1\""), HasSubstr("tail: a quote is not closed within")));
    EXPECT_LT(held, 40U);
}

TEST_F(row_scanner_test, a_row_longer_than_a_record_may_be_is_passed_over) {
    record_bytes_max = 20;
    const std::string text = "objectId,eventName\n1," + std::string(18, 'a') + "\n2," +
                             std::string(19, 'b') + "\n3," + std::string(100, 'c') + ",\"x\ny\"\n" +
                             "4,d\n";
    const auto rows = rows_of(text);
    EXPECT_THAT(rows, ElementsAre(HasSubstr("\"1\""), HasSubstr("40+21 line 3: long: the row is"),
                                  HasSubstr("62+108 line 4: long: "), HasSubstr("line 6: {\"obj")));
    EXPECT_EQ(rows_of(text, 1), rows);
    EXPECT_LT(held, 30U);
}

TEST_F(row_scanner_test, an_empty_cell_is_left_out_or_null_or_an_empty_string) {
    const std::string text = "objectId,eventName,startDateTime,custom:a,$hubspool.id\n1,,,\"\",\n";
    EXPECT_EQ(only_record_of(text), "{\"objectId\":\"1\"}");
    options.empty = empty_cell::null;
    EXPECT_EQ(only_record_of(text), "{\"objectId\":\"1\",\"eventName\":null,\"startDateTime\":null,"
                                    "\"customProperties\":[{\"name\":\"a\",\"value\":null}]}");
    options.empty = empty_cell::empty_string;
    EXPECT_EQ(only_record_of(text), "{\"objectId\":\"1\",\"eventName\":\"\",\"startDateTime\":null,"
                                    "\"customProperties\":[{\"name\":\"a\",\"value\":\"\"}]}");
}

TEST_F(row_scanner_test, other_quotes_and_none_are_read_as_they_are_set) {
    options.quote = '\'';
    EXPECT_EQ(only_record_of("objectId,eventName\n1,'it''s \"x\"'\n"),
              "{\"objectId\":\"1\",\"eventName\":\"it's \\\"x\\\"\"}");
    options.quote = '\0';
    EXPECT_EQ(only_record_of("objectId,eventName\n1,\"a\"b\n"),
              "{\"objectId\":\"1\",\"eventName\":\"\\\"a\\\"b\"}");
}

TEST_F(row_scanner_test, text_in_windows_1252_becomes_utf8) {
    options.encoding = table_encoding::windows_1252;
    options.columns = {{"Stra\xc3\x9f"
                        "e",
                        "eventName"}};
    EXPECT_EQ(only_record_of("objectId;Stra\xdf"
                             "e;custom:a\n1;\"\x80 5 \"\"f\xfcr\"\"\";\xe4\n"),
              "{\"objectId\":\"1\",\"eventName\":\"\xe2\x82\xac 5 \\\"f\xc3\xbcr\\\"\","
              "\"customProperties\":[{\"name\":\"a\",\"value\":\"\xc3\xa4\"}]}");
}

TEST_F(row_scanner_test, times_are_read_in_their_forms_and_written_in_one) {
    options.dates = {"%d.%m.%Y %H:%M", "%m/%d/%y %I:%M %p", "%d %b %Y"};
    options.utc_of_local = [](std::int64_t local) { return std::optional(local - 3'600'000); };
    const auto time_of = [&](const std::string& cell) {
        const std::string record = only_record_of("objectId;startDateTime\n1;" + cell + "\n");
        const std::size_t at = record.find("startDateTime\":\"");
        return record.substr(at == std::string::npos ? 0 : at + 16);
    };
    EXPECT_EQ(time_of("24.12.2026 18:30"), "2026-12-24T17:30:00Z\"}");
    EXPECT_EQ(time_of("1.3.2028 0:05"), "2028-02-29T23:05:00Z\"}");
    EXPECT_EQ(time_of("12/24/26 12:05 am"), "2026-12-23T23:05:00Z\"}");
    EXPECT_EQ(time_of("12/24/26 12:05 PM"), "2026-12-24T11:05:00Z\"}");
    EXPECT_EQ(time_of("24 DEC 2026"), "2026-12-23T23:00:00Z\"}");
    EXPECT_EQ(time_of("2026-12-24 18:30:01.25"), "2026-12-24T17:30:01.250Z\"}");
    EXPECT_EQ(time_of("2026-12-24"), "2026-12-23T23:00:00Z\"}");
    // With a zone of its own.
    EXPECT_EQ(time_of("2026-12-24 18:30:00+02"), "2026-12-24T16:30:00Z\"}");
    EXPECT_EQ(time_of("2026-12-24T18:30:00+02:00"), "2026-12-24T18:30:00+02:00\"}");
    for (const char* bad :
         {"31.2.2026 10:00", "1.13.2026 10:00", "1.1.2026 24:00", "1.1.2026 10:60",
          "12/24/26 13:05 pm", "24 Foo 2026", "1.1.2026", "24.12.2026 18:30 ", "2026-02-30", "20"})
        EXPECT_THAT(only_record_of(std::string("objectId;startDateTime\n1;") + bad + "\n"),
                    HasSubstr(std::string("'") + bad + "' is no time in a form of csv.dates"));
    options.utc_of_local = nullptr;
    EXPECT_THAT(only_record_of("objectId;startDateTime\n1;2026-12-24\n"),
                HasSubstr("has no zone: write in csv.time_zone"));
    options.utc_of_local = [](std::int64_t) { return std::optional<std::int64_t>(); };
    EXPECT_THAT(only_record_of("objectId;startDateTime\n1;2026-12-24\n"),
                HasSubstr("was skipped when the clocks"));
    EXPECT_EQ(time_of("2026-12-24 18:30Z"), "2026-12-24T18:30:00Z\"}");
}

TEST_F(row_scanner_test, an_as_of_is_a_time_or_a_number) {
    const auto as_of = [&](const std::string& cell) {
        return only_record_of("objectId,$hubspool.as_of\n1," + cell + "\n");
    };
    EXPECT_EQ(as_of("2026-11-01T00:00:00Z"),
              "{\"objectId\":\"1\",\"$hubspool\":{\"as_of\":\"2026-11-01T00:00:00Z\"}}");
    EXPECT_EQ(as_of("2026-11-01 00:00:00+01"),
              "{\"objectId\":\"1\",\"$hubspool\":{\"as_of\":\"2026-10-31T23:00:00Z\"}}");
    EXPECT_THAT(as_of("1796000400"), HasSubstr("is no time"));
    EXPECT_THAT(as_of("1796000400000"), HasSubstr("\"as_of\":1796000400000}"));
    // Digits, and yet a form: as milliseconds they would be of 1976.
    options.dates = {"%Y%m%d%H%M"};
    options.utc_of_local = [](std::int64_t local) { return std::optional(local - 3'600'000); };
    EXPECT_THAT(as_of("202611301200"), HasSubstr("\"as_of\":\"2026-11-30T11:00:00Z\""));
    EXPECT_THAT(as_of("1796000400000"), HasSubstr("\"as_of\":1796000400000}"));
}

// Signs that mean something, mostly.
std::string random_table(std::mt19937_64& random) {
    constexpr const char* parts[] = {"1",  "a",  ",",    ",", "\"",  "\"\"", "\n",
                                     "\n", "\r", "\r\n", ";", ",\"", "\",",  "\xc3\xbc"};
    std::string text = "objectId,custom:a,custom:b\n";
    for (std::uint64_t n = random() % 60; n > 0; --n) {
        if (random() % 3 == 0) text += std::to_string(random() % 90) + ",x,\"y\nz\"\n";
        text += parts[random() % std::size(parts)];
    }
    return text;
}

TEST_F(row_scanner_test, random_rows_are_the_same_however_they_are_cut_and_resumed) {
    std::mt19937_64 random(20261130);
    record_bytes_max = 40;
    for (int round = 0; round < testing::random_rounds(400); ++round) {
        const std::string text = random_table(random);
        next.clear();
        const auto whole = rows_of(text);
        const auto points = next;
        for (std::size_t step = 1; step < text.size(); step += 1 + step / 4)
            ASSERT_EQ(rows_of(text, step), whole) << step << ": " << text;
        for (const read_point& from : points) {
            row_scanner scanner(record_bytes_max, options, '\0');
            ASSERT_TRUE(scanner.take_header(text, true));
            scanner.go_on_from(from);
            const auto rest = rows_of(scanner, text, SIZE_MAX);
            ASSERT_EQ(rest,
                      std::vector(whole.begin() + static_cast<long>(from.ordinal), whole.end()))
                << from.offset << ": " << text;
        }
    }
}

TEST(table_name, is_told_by_its_ending) {
    EXPECT_EQ(table_named("a.csv"), '\0');
    EXPECT_EQ(table_named("A.CSV.GZ"), '\0');
    EXPECT_EQ(table_named("a.tsv.zst"), '\t');
    for (const char* other : {"a.ndjson", "csv", "a.csv.part", "a.csv.gz.gz", ".gz", "", "acsv"})
        EXPECT_EQ(table_named(other), std::nullopt) << other;
}

TEST(piece_feed, json_is_json_whatever_its_name_is_and_a_table_needs_its_name) {
    const auto form_of = [](std::string_view text, std::string_view name, std::size_t* pieces) {
        piece_feed feed(1000, {}, name);
        feed.take(text, [&](const piece&) { ++*pieces; });
        feed.end([&](const piece&) { ++*pieces; });
        return feed.form();
    };
    std::size_t pieces = 0;
    EXPECT_EQ(form_of("{\"objectId\":1}\n", "a.csv", &pieces), "");
    EXPECT_EQ(form_of(" [{\"objectId\":1}]", "a.tsv", &pieces), "");
    EXPECT_EQ(form_of("objectId,eventName\n1,{}\n", "a.csv", &pieces), "");
    // A header may begin with what begins other files.
    EXPECT_EQ(form_of("objectId,custom:ORC\n1,2\n", "a.csv", &pieces), "");
    EXPECT_EQ(pieces, 4U);
    EXPECT_THAT(form_of("objectId,eventName\n1,a\n", "a.txt", &pieces),
                HasSubstr("reads such a file when its name ends with .csv"));
    EXPECT_THAT(form_of("Obj\x01\x04", "a.csv", &pieces), HasSubstr("Avro"));
    EXPECT_THAT(form_of("ORCHESTRA,b\n", "a.csv", &pieces), HasSubstr("is a table of 2 columns"));
    EXPECT_EQ(pieces, 4U);
}

} // namespace hubspool
