#include "simulator/portal.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

void apply(portal& objects, std::string_view id, const std::string& input) {
    simdjson::dom::parser parser;
    objects.apply(objects.object(id), parser.parse(input).get_object());
}

std::string seen(const portal& objects, std::string_view id) {
    std::string out;
    append_object(out, *objects.find(id), objects.names());
    return out;
}

TEST(portal, fields_are_merged_by_name) {
    portal objects;
    apply(objects, "1", R"({"objectId":"1","eventName":"a","customProperties":
        [{"name":"eventName","value":"custom"},{"name":"x","value":"1"}]})");
    apply(objects, "1", R"({"eventCancelled":true,"customProperties":[{"value":null,"name":"x"}],
        "eventName":"b"})");
    EXPECT_EQ(
        seen(objects, "1"),
        R"({"eventName":"b","eventCancelled":true,"custom":{"eventName":"custom","x":null}})");
}

TEST(portal, object_that_was_only_named_does_not_exist) {
    portal objects;
    EXPECT_EQ(objects.find("1"), nullptr);
    objects.object("1");
    EXPECT_EQ(objects.existing(), 0U);
    apply(objects, "1", "{}");
    EXPECT_EQ(objects.existing(), 1U);
}

TEST(portal, smaller_sequence_over_a_larger_one_is_a_regression) {
    portal objects;
    apply(objects, "1",
          R"({"eventName":"a #10","customProperties":[{"name":"x","value":"b #9"}]})");
    apply(objects, "1", R"({"eventName":"a #10","customProperties":[]})");
    EXPECT_EQ(objects.regressions(), 0U);
    apply(objects, "1", R"({"eventName":"a #9","customProperties":[{"name":"x","value":"#10"}]})");
    ASSERT_EQ(objects.regressions(), 1U);
    EXPECT_EQ(objects.first_regressions()[0].field, "eventName");
    EXPECT_EQ(objects.first_regressions()[0].old_value, "\"a #10\"");
    EXPECT_EQ(objects.first_regressions()[0].new_value, "\"a #9\"");
}

TEST(portal, only_the_first_regressions_are_kept) {
    portal objects;
    for (int i = 100; i > 0; --i)
        apply(objects, "1", "{\"eventName\":\"#" + std::to_string(i) + "\"}");
    EXPECT_EQ(objects.regressions(), 99U);
    EXPECT_EQ(objects.first_regressions().size(), regressions_kept);
}

TEST(sequence_of, number_is_read_only_at_the_end_of_a_string) {
    EXPECT_EQ(sequence_of(R"("Launch #12")"), 12U);
    EXPECT_EQ(sequence_of(R"("#1 and #0")"), 0U);
    EXPECT_FALSE(sequence_of(R"("Launch #12 again")"));
    EXPECT_FALSE(sequence_of(R"("Launch #")"));
    EXPECT_FALSE(sequence_of("12"));
    EXPECT_FALSE(sequence_of("true"));
}

TEST(append_result, echo_is_shaped_as_hubspots) {
    portal objects;
    apply(objects, "7", R"({"eventType":"t","customProperties":[{"name":"x","value":"1"}]})");
    std::string out;
    append_result(out, *objects.find("7"), objects.names(), "NOW");
    EXPECT_EQ(out, R"({"objectId":"7","eventType":"t","eventName":"An event",)"
                   R"("customProperties":[{"name":"x","value":"1"}],)"
                   R"("createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"NOW"})");
}

} // namespace
} // namespace hubspool::simulator
