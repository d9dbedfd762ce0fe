#include "os/credential_mark.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class credential_mark_test : public ::testing::Test {
protected:
    std::optional<boot_time> take(const std::string& identity, const std::string& state_id,
                                  boot_time now) {
        return take_over_credential(identity, state_id, 10s, now, dir_.path().string());
    }
    const boot_time start_{milliseconds(1'000'000'000)};
    temp_dir dir_;
};

TEST_F(credential_mark_test, window_of_another_state_that_used_it_last_is_waited_for) {
    EXPECT_EQ(take("token", "a", start_), std::nullopt) << "nobody did since the boot";
    EXPECT_EQ(take("token", "a", start_), std::nullopt) << "it knows its own requests";
    EXPECT_EQ(take("token", "b", start_), start_ + 10s);
    EXPECT_EQ(take("token", "a", start_ + 1h), start_ + 1h + 10s);
    EXPECT_EQ(take("another", "c", start_), std::nullopt);
}

TEST_F(credential_mark_test, restart_does_not_shorten_the_wait) {
    take("token", "a", start_);
    take("token", "b", start_);
    EXPECT_EQ(take("token", "b", start_ + 3s), start_ + 10s);
    EXPECT_EQ(take("token", "b", start_ + 10s), std::nullopt);
}

TEST_F(credential_mark_test, newest_mark_of_all_users_counts) {
    take("token", "a", start_);
    const auto own = std::filesystem::directory_iterator(dir_.path())->path();
    const std::string stem = own.string().substr(0, own.string().rfind('-'));
    const std::string others = stem + "-another";
    std::ofstream(others) << "b 0\n";
    std::filesystem::last_write_time(others, std::filesystem::last_write_time(own) + 1s);
    EXPECT_EQ(take("token", "a", start_), start_ + 10s);
    std::filesystem::last_write_time(others, std::filesystem::last_write_time(own) - 1s);
    EXPECT_EQ(take("token", "a", start_ + 1h), std::nullopt);
}

TEST_F(credential_mark_test, mark_of_another_user_that_names_this_state_hides_no_other_state) {
    take("token", "a", start_);
    const auto own = std::filesystem::directory_iterator(dir_.path())->path();
    const std::string stem = own.string().substr(0, own.string().rfind('-'));
    const auto put = [&](const char* user, const char* text, std::chrono::seconds later) {
        const std::string path = stem + '-' + user;
        std::ofstream(path) << text;
        std::filesystem::last_write_time(path, std::filesystem::last_write_time(own) + later);
        return path;
    };
    put("another", "b 0\n", 1s);
    if (::chown(put("stranger", "a 0\n", 2s).c_str(), 65534, 65534) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    EXPECT_EQ(take("token", "a", start_), start_ + 10s);
}

TEST_F(credential_mark_test, what_is_no_file_of_its_own_is_neither_waited_for_nor_cut) {
    take("token", "a", start_);
    const auto own = std::filesystem::directory_iterator(dir_.path())->path();
    std::filesystem::remove(own);
    ASSERT_EQ(::mkfifo(own.c_str(), 0600), 0);
    EXPECT_EQ(take("token", "a", start_), std::nullopt);
    std::filesystem::remove(own);
    std::ofstream(dir_.file("precious")) << "much";
    std::filesystem::create_hard_link(dir_.file("precious"), own);
    take("token", "a", start_);
    EXPECT_EQ(std::filesystem::file_size(dir_.file("precious")), 4U);
}

TEST_F(credential_mark_test, directory_that_cannot_be_written_tells_nothing) {
    EXPECT_EQ(take_over_credential("token", "a", 10s, start_, dir_.file("none")), std::nullopt);
}

} // namespace
} // namespace hubspool
