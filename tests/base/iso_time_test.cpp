#include "base/clocks.hpp"

#include <gtest/gtest.h>

namespace hubspool {

TEST(parse_iso_time, gives_back_what_iso_time_wrote) {
    for (const std::int64_t ms : {0LL, 120LL, 951'782'399'999LL, 1'795'473'694'007LL})
        EXPECT_EQ(parse_iso_time(iso_time(wall_time(milliseconds(ms)))),
                  wall_time(milliseconds(ms)));
}

TEST(parse_iso_time, any_other_form_is_no_time) {
    for (const char* const text :
         {"", "2026-11-23T22:41:34Z", "2026-11-23T22:41:34.12Z", "2026-11-23T22:41:34.1200Z",
          "2026-02-30T22:41:34.120Z", "2026-11-23T25:41:34.120Z", "2026-11-23T22:41:34.120+",
          "2026-11-23T22:41:34.120z", "2026-11-23T22:41:34.+1:00", "SINCE",
          "xxxxxxxxxxxxxxxxxxxxxxxx"})
        EXPECT_FALSE(parse_iso_time(text)) << text;
}

TEST(iso_time, of_no_time_is_no_text) {
    EXPECT_EQ(iso_time(std::optional<wall_time>()), std::nullopt);
    EXPECT_EQ(iso_time(std::optional(wall_time())), "1970-01-01T00:00:00.000Z");
}

} // namespace hubspool
