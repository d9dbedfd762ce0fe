// The generator's promise and the comparison, held against each other.
#include "simulator/comparison.hpp"
#include "simulator/generator.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hubspool::simulator {
namespace {

using ::testing::HasSubstr;

class comparison_test : public ::testing::Test {
protected:
    void deliver(const std::string& records) {
        std::istringstream lines(records);
        simdjson::dom::parser parser;
        for (std::string line; std::getline(lines, line);) {
            simdjson::dom::object record;
            std::string_view id;
            if (parser.parse(line).get(record) == simdjson::SUCCESS &&
                record["objectId"].get(id) == simdjson::SUCCESS && !record["eventName"].error())
                objects_.apply(objects_.object(id), record);
        }
    }
    std::string compared(const std::string& expected) {
        const auto path = dir_.file("expected");
        std::ofstream(path) << expected;
        const auto report =
            compare(objects_, path, [](std::string_view id) { return id == "999"; });
        return report ? *report : report.error().message;
    }

    temp_dir dir_;
    portal objects_;
};

TEST_F(comparison_test, generated_records_delivered_in_order_agree_with_what_is_expected) {
    generator records({.records = 2000, .objects = 100, .seed = 3, .bad_every = 50});
    std::string text;
    for (int i = 0; i < 2000; ++i) records.append_record(text);
    deliver(text);
    std::string expected;
    records.append_expected(expected);
    EXPECT_EQ(records.bad_records(), 40U);
    EXPECT_EQ(objects_.existing(), 100U);
    EXPECT_EQ(objects_.regressions(), 0U);
    EXPECT_EQ(compared(expected),
              R"({"objects":100,"expected":100,"refused":0,"differences":0,"first":[]})");
}

TEST_F(comparison_test, every_kind_of_difference_is_named) {
    deliver(R"({"objectId":"1","eventName":"a"})"
            "\n"
            R"({"objectId":"2","eventName":"a"})"
            "\n"
            R"({"objectId":"3","eventName":"a","extra":1})"
            "\n"
            R"({"objectId":"4","eventName":"a"})"
            "\n");
    const auto report = compared("{\"1\":{\"eventName\":\"b\"}}\n"
                                 "{\"2\":{\"eventName\":\"a\",\"custom\":{\"eventName\":\"a\"}}}\n"
                                 "{\"3\":{\"eventName\":\"a\",\"custom\":{}}}\n"
                                 "{\"5\":{\"eventName\":\"a\"}}\n"
                                 "{\"999\":{\"eventName\":\"a\"}}\n");
    EXPECT_THAT(report, HasSubstr(R"("differences":5)"));
    EXPECT_THAT(report, HasSubstr(R"("refused":1)"));
    EXPECT_THAT(report, HasSubstr(R"(1.eventName: \"a\", expected \"b\")"));
    EXPECT_THAT(report, HasSubstr(R"(2.eventName: missing, expected \"a\")"));
    EXPECT_THAT(report, HasSubstr("3: 2 fields, expected 1"));
    EXPECT_THAT(report, HasSubstr("4: written, but not expected"));
    EXPECT_THAT(report, HasSubstr("5: never written"));
}

TEST_F(comparison_test, file_that_is_no_list_of_objects_is_an_error) {
    EXPECT_THAT(compared("[]\n"), HasSubstr("not an expected object"));
    EXPECT_FALSE(compare(objects_, dir_.file("missing"), nullptr));
}

} // namespace
} // namespace hubspool::simulator
