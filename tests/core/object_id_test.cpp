#include "core/records/object_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hubspool {

TEST(object_id, scenario_20_ids_with_leading_zeros_are_one) {
    EXPECT_EQ(canonical_object_id("00123"), "123");
    EXPECT_EQ(canonical_object_id("123"), "123");
    EXPECT_EQ(canonical_object_id("000"), "0");
    EXPECT_EQ(canonical_object_id("0"), "0");
    EXPECT_EQ(canonical_object_id("00000000000000000000000000000000018446744073709551616"),
              "18446744073709551616");
}

TEST(object_id, text_that_is_no_number_stays_as_it_is) {
    for (const char* id : {"", "00a", "-01", "0x10", "1.0", "\xd9\xa0\xd9\xa1"})
        EXPECT_EQ(canonical_object_id(id), id);
}

TEST(object_id, every_byte_is_looked_at_wherever_it_stands) {
    for (int byte = 0; byte < 0x80; ++byte) {
        const bool is_bad = byte <= ' ' || byte == 0x7f;
        for (std::size_t size = 1; size < 20; ++size) {
            for (std::size_t place = 0; place < size; ++place) {
                std::string id(size, '7');
                id[place] = static_cast<char>(byte);
                EXPECT_EQ(has_white_space(id), is_bad) << byte << " at " << place << " of " << size;
            }
        }
    }
}

TEST(object_id, white_space_and_control_characters_are_seen) {
    for (const char* id : {" 1", "1 ", "1\t2", "1\n", "1\r", "\x0b", "\x1f", "\x7f", "1\xc2\xa0",
                           "\xe3\x80\x80", "1\xe2\x80\x83", "\xe2\x80\xa8",
                           "\xef\xbb\xbf"
                           "1",
                           "\xe2\x80\x99\xe2\x80\x8a"})
        EXPECT_TRUE(has_white_space(id)) << id;
    EXPECT_TRUE(has_white_space(std::string("1\0", 2)));
    for (const char* id : {"1", "abc-123", "\xc3\xa9", "\xe2\x80\x99", "\xe2\x82\xac", "\xe2\x80"})
        EXPECT_FALSE(has_white_space(id)) << id;
}

TEST(object_id, text_that_evidently_is_no_id_has_a_reason) {
    for (const char* id :
         {"1000.0", "1000.", "-5",    "+5",        "1.23457E+11", "1,23457E+11",
          "1e+05",  "1e-05", "1,234", "1.234.567", "1'234'567",   "-1.5e3",
          "12,5",   "null",  "NULL",  "None",      "n/a",         "N/A",
          "NaN",    "nan",   "NaT",   "<NA>",      "nil",         "undefined",
          "#N/A",   "#REF!", "\\N",   "inf",       "-Infinity",   "a\xef\xbf\xbd"}) {
        EXPECT_NE(why_no_object_id(id), "") << id;
        EXPECT_FALSE(is_usual_object_id(id)) << id;
    }
}

TEST(object_id, text_that_may_be_an_id_is_one) {
    for (const char* id : {"1",
                           "007",
                           "18446744073709551616",
                           "abc-123",
                           "evt_1.5",
                           "1e5",
                           "12e34",
                           "1-2",
                           "1.2.3",
                           "2026-11-29",
                           "1:2",
                           "null-7",
                           "nancy",
                           "infinite",
                           "no",
                           "A",
                           "\xc3\xa9",
                           "5a0e+b",
                           "1,2,3",
                           "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
        EXPECT_EQ(why_no_object_id(id), "") << id;
        EXPECT_TRUE(is_usual_object_id(id)) << id;
    }
    for (const char* id : {"", " 1", "1\n"}) EXPECT_FALSE(is_usual_object_id(id));
}

TEST(object_id, keys_that_were_meant_to_be_object_id_resemble_it) {
    for (const char* key :
         {"OBJECTID", "object_id", "object-id", "Object ID", "objectID", "objetId", "objcetId",
          "id", "Id", "eventId", "hs_object_id", "recordId"})
        EXPECT_TRUE(resembles_object_id(key)) << key;
    for (const char* key : {"", "eventName", "object", "objects", "project", "ids", "name",
                            "objectIdOfTheEventBefore"})
        EXPECT_FALSE(resembles_object_id(key)) << key;
}

} // namespace hubspool
