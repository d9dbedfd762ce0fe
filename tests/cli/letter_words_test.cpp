#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_filter.hpp"
#include "cli/letters/letter_words.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(letter_words, each_category_has_its_advice) {
    EXPECT_NE(letter_advice("OBJECT_NOT_FOUND").find("check the id"), std::string_view::npos);
    EXPECT_NE(letter_advice("http_503").find("`retry` later"), std::string_view::npos);
    for (const char* const older : {"too_late", "in_doubt"})
        EXPECT_NE(letter_advice(older).find("--as-newest"), std::string_view::npos) << older;
    EXPECT_FALSE(letter_advice("ANYTHING").empty());
}

TEST(letter_choice, id_line_is_an_id_or_an_object_with_one) {
    EXPECT_EQ(parse_id_line(" 1:200\r"), (arrival{1, 200}));
    EXPECT_EQ(parse_id_line(R"({"x":1,"id":"3:18446744073709551615"})"), end_of_file(3));
    for (const char* const wrong : {"", "1", "1:", ":1", "1:2:3", "1:2x", "-1:2", "1:-2", "{}",
                                    R"({"id":1})", "{\"id\":\"1:2\"", "42:99999999999999999999"})
        EXPECT_FALSE(parse_id_line(wrong)) << wrong;
}

TEST(letter_words, course_tells_what_was_done_and_what_became_of_it) {
    kept_dead_letter kept;
    EXPECT_EQ(letter_course(kept), "");
    const wall_time at(std::chrono::hours(24 * 365 * 50));
    kept.held = at;
    EXPECT_EQ(letter_course(kept), "held since 2019-12-20 00:00:00Z");
    kept.retried = at;
    kept.retry_name = "a.ndjson";
    EXPECT_EQ(
        letter_course(kept),
        "held since 2019-12-20 00:00:00Z; sent once more at 2019-12-20 00:00:00Z as a.ndjson, "
        "and not settled since");
    kept.struck = at;
    EXPECT_EQ(letter_course(kept), "struck at 2019-12-20 00:00:00Z: HubSpot had newer values");
    kept.struck_batch = 7;
    EXPECT_EQ(letter_course(kept),
              "struck at 2019-12-20 00:00:00Z: delivered or superseded, at last in batch 7");
    kept.again = arrival{9, 100};
    EXPECT_EQ(letter_course(kept), "died again at 2019-12-20 00:00:00Z, as 9:100");
}

} // namespace
} // namespace hubspool
