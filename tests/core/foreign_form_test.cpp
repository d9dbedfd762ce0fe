#include "core/records/foreign_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hubspool {

namespace {

using namespace std::string_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string records = "{\"objectId\":\"1\"}\n[{\"objectId\":\"2\"}]\n";

// Each character `before` NULs and then `after` of them.
std::string widened(const std::string& text, std::size_t before, std::size_t after) {
    std::string wide;
    for (const char c : text) wide += std::string(before, '\0') + c + std::string(after, '\0');
    return wide;
}

} // namespace

TEST(foreign_form, every_form_is_named) {
    struct {
        std::string beginning;
        const char* words;
    } const cases[] = {
        {"\x1f\x8b\x08\0\0"s, "is compressed with gzip; "},
        {"\x28\xb5\x2f\xfd$"s, "is compressed with zstd; "},
        {"\x50\x2a\x4d\x18"s, "is compressed with zstd; "},
        {"PK\x03\x04\x14\0"s, "is a zip archive (or an office document); "},
        {"\xfd"
         "7zXZ\0"s,
         "is compressed with xz; "},
        {"BZh91AY&SY"s, "is compressed with bzip2; "},
        {"\xff\xfe\0\0{\0\0\0"s, "is UTF-32; "},
        {"\0\0\xfe\xff\0\0\0{"s, "is UTF-32; "},
        {widened(records, 0, 3), "is UTF-32; "},
        {widened(records, 3, 0), "is UTF-32; "},
        {"PAR1\x15\x04"s, "is a Parquet file; "},
        {"Obj\x01\x04"s, "is an Avro file; "},
        {"SQLite format 3\0\x10"s, "is an SQLite database; "},
        {"%PDF-1.7\n"s, "is a PDF; "},
        {"\n <!DOCTYPE html>\n<html>"s, "is an HTML page; "},
        {"\xef\xbb\xbf<?xml version=\"1.0\"?>\n"s, "is XML; "},
        {"<a>\n<b>{\"x\":1}</b>\n</a>\n"s, "is XML or HTML; "},
        {"objectId,eventName\n1,a\n2,\"b,c\"\n"s, "is CSV; "},
        {"\xef\xbb\xbfobjectId;eventName\r\n1;a\r\n"s, "is CSV with semicolons; "},
        {"objectId\teventName\n1\ta\n"s, "is a table with tabs (TSV); "},
        {"objectId,eventName"s, "is CSV; "},
        {"objectId\n1000\n1001\n"s, "is no JSON: it begins with \"objectId\"; "},
        {"- objectId: 1\n  eventName: x\n"s, "is no JSON: it begins with"},
        {"\x7f"
         "ELF\x02\x01\x01\0\0"s,
         "is binary; "},
        {"\x89PNG\r\n\x1a\n\0\0"s, "is binary; "},
        {"{\\rtf1\\ansi"s, "is a document in RTF; "},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(foreign_form(c.beginning, true), StartsWith(c.words));
        EXPECT_THAT(foreign_form(c.beginning, true),
                    AnyOf(HasSubstr("; hubspool reads JSON, CSV and TSV: "),
                          HasSubstr("; hubspool reads such a file when its name ends with ")));
    }
}

TEST(foreign_form, what_may_hold_records_is_none) {
    for (const std::string& text :
         {records, "\xef\xbb\xbf" + records, " \n" + records, "["s, "{"s, "[1]"s,
          "{'objectId': 1}"s, "{objectId: 1}"s, "{\n  \"objectId\": 1\n}"s, ""s, " \n"s,
          std::string(1000, '\0'), std::string(1000, '\0') + "\n" + records,
          std::string(3, '\0') + records, "hello\n" + records, "a,b\nc,d\n" + records,
          "\x01\x02\n" + records, "hello\n\xef\xbb\xbf" + records,
          "2026-11-29 export\n[\n" + records})
        EXPECT_EQ(foreign_form(text, true), "") << text;
}

TEST(foreign_form, one_line_is_not_enough_while_more_may_come) {
    const std::string junk(form_bytes_max, 'x');
    EXPECT_EQ(foreign_form(junk, false), "");
    EXPECT_EQ(foreign_form(junk + "\nx\n", true), "") << "more than that is not looked at";
    EXPECT_NE(foreign_form("x\ny\n", false), "");
    EXPECT_EQ(foreign_form("x\n", false), "");
    EXPECT_NE(foreign_form("x\n", true), "");
}

} // namespace hubspool
