#include "app/control/asked_changes.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

page_request posted(const std::string& query, const std::string& content_type = "") {
    page_request asked;
    asked.query = query;
    asked.content_type = content_type;
    return asked;
}

TEST(asked_changes, without_a_word_are_live_json_of_now) {
    const auto changes = read_asked_changes(posted(""));
    EXPECT_EQ(changes->how.lane, lane::live);
    EXPECT_EQ(changes->how.as_of, std::nullopt);
    EXPECT_EQ(changes->name, "");
}

TEST(asked_changes, are_of_the_lane_and_the_time_that_the_query_names) {
    const auto changes =
        read_asked_changes(posted("lane=bulk&as_of=1970-01-01T01%3A00:01%2B01:00"));
    EXPECT_EQ(changes->how.lane, lane::bulk);
    EXPECT_EQ(changes->how.as_of, 1000);
    EXPECT_EQ(read_asked_changes(posted("lane=live"))->how.lane, lane::live);
}

TEST(asked_changes, are_a_table_by_their_type_alone) {
    EXPECT_EQ(read_asked_changes(posted("", "text/csv"))->name, "changes.csv");
    EXPECT_EQ(read_asked_changes(posted("", "Text/CSV ; charset=utf-8"))->name, "changes.csv");
    EXPECT_EQ(read_asked_changes(posted("", "text/tab-separated-values"))->name, "changes.tsv");
    for (const char* json : {"application/json", "application/x-www-form-urlencoded", "text/csvx"})
        EXPECT_EQ(read_asked_changes(posted("", json))->name, "") << json;
}

TEST(asked_changes, that_cannot_be_so_are_refused_in_words) {
    const auto refusal = [](const std::string& query) {
        return read_asked_changes(posted(query)).error().message;
    };
    EXPECT_THAT(refusal("lane=fast"), HasSubstr("lane=fast is neither live nor bulk"));
    EXPECT_THAT(refusal("as_of=tomorrow"), HasSubstr("as_of=tomorrow is no time"));
    EXPECT_THAT(refusal("as_of=1969-12-31T23:00:00Z"), HasSubstr("is no time"));
    EXPECT_THAT(refusal("as_of=2999-01-01T00:00:00Z"), HasSubstr("lies in the future"));
    EXPECT_THAT(refusal("colour=%1bred"), HasSubstr("not colour"));
    EXPECT_THAT(refusal("lane=live&lane=bulk"), HasSubstr("has lane twice"));
}

} // namespace
} // namespace hubspool
