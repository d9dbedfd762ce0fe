#include "cli/arrivals_report.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::HasSubstr;

TEST(arrivals_report, of_nothing_is_no_words) {
    const arrivals_words words = words_of({});
    EXPECT_EQ(words.blocked + words.left_alone + words.unfinished, "");
}

TEST(arrivals_report, names_the_first_that_is_blocked_and_counts_the_others) {
    queue_backlog arrivals;
    arrivals.blocked_files = 3;
    arrivals.blocked_bytes = 1024;
    arrivals.blocked = {{"new/a", "hubspool may not read it: chmod g+r it"}};
    EXPECT_EQ(words_of(arrivals).blocked, "3 files (1KiB) that hubspool may not take: new/a: "
                                          "hubspool may not read it: chmod g+r it; and 2 more");
}

TEST(arrivals_report, one_file_that_is_blocked_is_told) {
    queue_backlog arrivals;
    arrivals.blocked_files = 1;
    arrivals.blocked = {{"new/a", "why"}};
    EXPECT_EQ(words_of(arrivals).blocked, "1 file (0B) that hubspool may not take: new/a: why");
}

TEST(arrivals_report, one_file_that_is_left_alone_is_told_with_its_age) {
    queue_backlog arrivals;
    arrivals.left_alone = 1;
    arrivals.left_alone_since = wall_time(std::chrono::hours(24));
    EXPECT_THAT(words_of(arrivals).left_alone, HasSubstr("1 file in new/ and bulk/"));
    EXPECT_THAT(words_of(arrivals).left_alone, HasSubstr("the oldest since 1970-01-02"));
}

TEST(arrivals_report, says_what_to_do_with_files_that_lie_unfinished_in_tmp) {
    queue_backlog arrivals;
    arrivals.unfinished_files = 2;
    arrivals.unfinished_since = wall_time(std::chrono::hours(24));
    const std::string words = words_of(arrivals).unfinished;
    EXPECT_THAT(words, HasSubstr("2 files"));
    EXPECT_THAT(words, HasSubstr("the oldest since 1970-01-02"));
    EXPECT_THAT(words, HasSubstr("rename into new/ what is whole, and delete the rest"));
}

TEST(arrivals_report, json_has_each_count) {
    queue_backlog arrivals;
    arrivals.blocked_files = 1;
    arrivals.blocked = {{"new/a", "why"}};
    arrivals.left_alone = 2;
    arrivals.unfinished_files = 3;
    json_writer json;
    json.begin_object();
    put_arrivals(json, arrivals);
    json.end_object();
    EXPECT_THAT(json.text(), HasSubstr("\"blocked\":{\"files\":1,\"bytes\":0,\"first\":{\"path\":"
                                       "\"new/a\",\"why\":\"why\"}}"));
    EXPECT_THAT(json.text(), HasSubstr("\"left_alone_files\":2"));
    EXPECT_THAT(json.text(), HasSubstr("\"unfinished\":{\"files\":3,"));
}

} // namespace hubspool
