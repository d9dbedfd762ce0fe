// What a record says of itself in "$hubspool".
#include "core/json/lossless_json.hpp"
#include "core/records/record_envelope.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>

namespace hubspool {
namespace {

class record_envelope_test : public ::testing::Test {
protected:
    record_envelope read(const std::string& text) {
        text_ = text;
        simdjson::dom::element root;
        EXPECT_EQ(json_.parse(text_, root), simdjson::SUCCESS) << text;
        return read_envelope(root, json_);
    }
    std::string fault(const std::string& text) { return read(text).fault; }

    lossless_json json_;
    std::string text_;
};

TEST_F(record_envelope_test, empty_one_says_nothing) {
    const record_envelope e = read("{}");
    EXPECT_EQ(e.fault, "");
    EXPECT_EQ(e.id, "");
    EXPECT_FALSE(e.as_of);
    EXPECT_FALSE(e.order);
    EXPECT_FALSE(e.as_newest);
}

TEST_F(record_envelope_test, all_of_it_is_read) {
    const record_envelope e = read(R"({"id":"r-1","as_of":"1970-01-01T00:00:01Z",)"
                                   R"("order":"1000.7.3","as_newest":true})");
    EXPECT_EQ(e.fault, "");
    EXPECT_EQ(e.id, "r-1");
    EXPECT_EQ(e.as_of, as_of_ms{1000});
    EXPECT_TRUE(e.order);
    EXPECT_TRUE(e.as_newest);
}

TEST_F(record_envelope_test, time_as_a_number_and_as_a_text_are_one) {
    EXPECT_EQ(read(R"({"as_of":1764464400000})").as_of,
              read(R"({"as_of":"2025-11-30T01:00:00Z"})").as_of);
}

TEST_F(record_envelope_test, only_an_object_is_one) {
    EXPECT_EQ(fault("5"), "$hubspool is not an object: 5");
    EXPECT_EQ(fault("null"), "$hubspool is not an object: null");
    EXPECT_EQ(fault(R"(["id"])"), R"($hubspool is not an object: ["id"])");
    EXPECT_EQ(fault(R"("id")"), R"($hubspool is not an object: "id")");
}

TEST_F(record_envelope_test, fault_tells_the_value_and_what_to_write) {
    EXPECT_EQ(fault(R"({"id":7})"), "$hubspool.id is not a string: 7");
    EXPECT_EQ(
        fault(R"({"as_of":"yesterday"})"),
        R"($hubspool.as_of is no time: "yesterday"; write it as "2026-11-30T01:00:00Z" or in )"
        R"(milliseconds since 1970)");
    EXPECT_EQ(fault(R"({"order":12})"),
              R"($hubspool.order is no order key: 12; leave it as hubspool wrote it )"
              R"(("STAMP.NUMBER.ORDINAL"), or leave it out)");
    EXPECT_EQ(fault(R"({"as_newest":"true"})"),
              R"($hubspool.as_newest is neither true nor false: "true")");
}

TEST_F(record_envelope_test, unknown_keys_are_reserved_for_later_versions) {
    const std::string words = fault(R"({"priority":1})");
    EXPECT_EQ(words, R"($hubspool has the key "priority": all its keys but "id", "as_of", "order" )"
                     R"(and "as_newest" are reserved)");
    // Also those that are nearly known.
    for (const char* key : {"ID", "asof", "as_of ", "", "asNewest", "orders"})
        EXPECT_NE(fault(std::string("{\"") + key + "\":null}"), "") << key;
}

TEST_F(record_envelope_test, null_is_no_value_of_any_key) {
    for (const char* key : {"id", "as_of", "order", "as_newest"})
        EXPECT_NE(fault(std::string("{\"") + key + "\":null}"), "") << key;
}

TEST_F(record_envelope_test, times_that_are_none_are_refused) {
    for (const char* value : {"1.5", "1e3", "true", "[]", R"("")", R"("2026-02-30T00:00:00Z")",
                              "99999999999999999999999999"}) {
        EXPECT_EQ(fault(std::string(R"({"as_of":)") + value + "}").rfind("$hubspool.as_of is", 0),
                  0U)
            << value;
    }
}

TEST_F(record_envelope_test, id_is_told_whatever_else_is_wrong_and_wherever_it_stands) {
    std::array<std::string, 3> members{R"("id":"r-1")", R"("as_of":"never")", R"("new":1)"};
    std::sort(members.begin(), members.end());
    do {
        const record_envelope e =
            read("{" + members[0] + "," + members[1] + "," + members[2] + "}");
        EXPECT_EQ(e.id, "r-1");
        // The first fault is told, as the person reads it from the left.
        const bool time_first = std::find(members.begin(), members.end(), R"("as_of":"never")") <
                                std::find(members.begin(), members.end(), R"("new":1)");
        EXPECT_EQ(e.fault.find(time_first ? "as_of is no time" : "are reserved") !=
                      std::string::npos,
                  true)
            << e.fault;
    } while (std::next_permutation(members.begin(), members.end()));
}

TEST_F(record_envelope_test, long_value_is_cut_in_the_reason) {
    const std::string words = fault(R"({"id":[")" + std::string(5000, 'x') + R"("]})");
    EXPECT_LT(words.size(), 200U);
    EXPECT_NE(words.find("xxx..."), std::string::npos);
}

} // namespace
} // namespace hubspool
