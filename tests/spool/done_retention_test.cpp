#include "base/clocks.hpp"
#include "spool/claims/done_retention.hpp"
#include "spool/queue_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class done_retention_test : public testing::queue_fixture {
protected:
    void put_day(const std::string& day, int files = 1) const {
        std::filesystem::create_directories(at("done") / day);
        for (int i = 0; i < files; ++i)
            std::ofstream(at("done") / day / ("file" + std::to_string(i))) << "{}";
    }
    std::vector<std::string> days() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(at("done")))
            found.push_back(entry.path().filename());
        std::sort(found.begin(), found.end());
        return found;
    }
    result<void> sweep(milliseconds retention) {
        return sweep_done(queue_->layout(), noon_, retention);
    }

    std::unique_ptr<queue_directory> queue_ = open();
    const wall_time noon_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 30) + 12h;
};

TEST_F(done_retention_test, day_goes_when_its_last_moment_is_old_enough) {
    for (const char* const day : {"2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"})
        put_day(day, 3);
    ASSERT_TRUE(sweep(36h + 1ms)); // from the last moment of the 28th on
    EXPECT_THAT(days(), ElementsAre("2026-11-28", "2026-11-29", "2026-11-30"));
    ASSERT_TRUE(sweep(36h));
    EXPECT_THAT(days(), ElementsAre("2026-11-29", "2026-11-30"));
    ASSERT_TRUE(sweep(0ms));
    EXPECT_THAT(days(), ElementsAre("2026-11-30"));
}

TEST_F(done_retention_test, names_that_are_no_day_are_left_alone_however_old_they_look) {
    for (const char* const name : {"2020-1-1", "2020-01-01x", "2020-01-0a", "keep", "0000"})
        put_day(name);
    ASSERT_TRUE(sweep(1h));
    EXPECT_EQ(days().size(), 5U);
}

TEST_F(done_retention_test, link_in_place_of_a_day_keeps_what_it_points_to_and_no_other_day) {
    put_day("2020-01-02");
    std::filesystem::create_directory(dir_.path() / "precious");
    std::ofstream(dir_.path() / "precious" / "file") << "x";
    std::filesystem::create_directory_symlink(dir_.path() / "precious", at("done") / "2020-01-01");
    const auto swept = sweep(1h);
    ASSERT_FALSE(swept);
    EXPECT_THAT(swept.error().message, HasSubstr("done/2020-01-01"));
    EXPECT_THAT(days(), ElementsAre("2020-01-01"));
    EXPECT_TRUE(std::filesystem::exists(dir_.path() / "precious" / "file"));
}

TEST_F(done_retention_test, first_day_that_cannot_go_is_told_and_all_others_go) {
    for (const char* const day : {"2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"})
        put_day(day);
    std::filesystem::create_directory(at("done/2020-01-02/directory"));
    std::filesystem::create_directory(at("done/2020-01-03/directory"));
    const auto swept = sweep(1h);
    ASSERT_FALSE(swept);
    EXPECT_THAT(swept.error().message, HasSubstr("done/2020-01-02"));
    EXPECT_THAT(days(), ElementsAre("2020-01-02", "2020-01-03"));
    EXPECT_FALSE(std::filesystem::exists(at("done/2020-01-02/file0"))) << "what can go goes";
}

TEST_F(done_retention_test, empty_days_and_a_queue_without_any_are_swept_too) {
    ASSERT_TRUE(sweep(1h));
    put_day("2020-01-01", 0);
    ASSERT_TRUE(sweep(1h));
    EXPECT_THAT(days(), IsEmpty());
}

} // namespace
} // namespace hubspool
