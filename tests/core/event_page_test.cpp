#include "core/properties/event_page.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(event_page, tells_ids_and_where_the_next_one_begins) {
    const auto page = read_event_page(
        R"({"results":[{"objectId":"7","eventName":"a"},{"objectId":"008"},{"objectId":9}],)"
        R"("paging":{"next":{"after":"MTAw","link":"https://x"}}})");
    ASSERT_TRUE(page);
    EXPECT_THAT(page->object_ids, ElementsAre("7", "8", "9"));
    EXPECT_EQ(page->after, "MTAw");
}

TEST(event_page, last_one_and_an_empty_one_tell_of_no_other) {
    const auto last = read_event_page(R"({"results":[{"objectId":"7"}],"paging":{}})");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->after, "");
    const auto empty = read_event_page(R"({"results":[]})");
    ASSERT_TRUE(empty);
    EXPECT_THAT(empty->object_ids, IsEmpty());
}

TEST(event_page, next_page_that_is_not_understood_is_not_taken_for_the_end) {
    const auto numbered = read_event_page(R"({"results":[],"paging":{"next":{"after":100}}})");
    ASSERT_TRUE(numbered);
    EXPECT_EQ(numbered->after, "100");
    const auto none = read_event_page(R"({"results":[],"paging":{"next":null}})");
    ASSERT_TRUE(none);
    EXPECT_EQ(none->after, "");
    for (const char* next :
         {R"({"link":"https://x"})", R"({"after":""})", R"({"after":null})", "7"})
        EXPECT_FALSE(
            read_event_page(R"({"results":[],"paging":{"next":)" + std::string(next) + "}}"))
            << next;
}

TEST(event_page, other_answers_are_none) {
    for (const char* body :
         {"", "<html>", "[]", R"({"status":"error"})", R"({"results":{}})", R"({"results":[7]})",
          R"({"results":[{"eventName":"a"}]})", R"({"results":[{"objectId":null}]})",
          R"({"results":[{"objectId":""}]})", R"({"results":[{"objectId":"7"}])"})
        EXPECT_FALSE(read_event_page(body)) << body;
}

} // namespace
} // namespace hubspool
