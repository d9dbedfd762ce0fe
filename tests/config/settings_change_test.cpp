#include "config/settings_change.hpp"
#include "config/settings_table.hpp"

#include <gmock/gmock.h>

namespace hubspool {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(settings_change, is_told_by_keys_in_the_order_of_the_shipped_file) {
    settings now;
    now.brake.count = 7;
    now.queue.ignore = {"*.swp"};
    now.csv.columns = {{"id", "objectId"}};
    EXPECT_THAT(changed_keys({}, now), ElementsAre("queue.ignore", "csv.columns", "brake.count"));
    EXPECT_THAT(changed_keys(now, now), IsEmpty());
}

TEST(settings_change, what_concerns_the_log_alone_is_taken_in_as_it_goes) {
    std::vector<std::string> live;
    for (const setting_key& key : setting_table())
        if (is_taken_live(key.path)) live.emplace_back(key.path);
    EXPECT_THAT(live, ElementsAre("log.level", "log.format"));
}

} // namespace hubspool
