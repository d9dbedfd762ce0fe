#include "os/credential_mark.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class credential_mark_test : public ::testing::Test {
protected:
    std::optional<boot_time> take(const std::string& identity, const std::string& state_id,
                                  boot_time now) {
        return take_over_credential(identity, state_id, 10s, now, dir_.path().string());
    }
    // Of this user, made by take().
    std::filesystem::path own() const {
        return dir_.path() / (stem() + '-' + std::to_string(::geteuid()));
    }
    std::filesystem::path path_of(const std::string& user) const {
        return dir_.path() / (stem() + '-' + user);
    }
    void put(const std::string& user, const std::string& text) const {
        std::ofstream(path_of(user)) << text;
    }
    static std::string mark(const std::string& state_id, boot_time written) {
        return state_id + ' ' + std::to_string(written.time_since_epoch().count()) + " 0\n";
    }
    static std::string text_of(const std::filesystem::path& file) {
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }
    const boot_time start_{milliseconds(1'000'000'000)};
    temp_dir dir_;

private:
    // Of each mark of the credential.
    std::string stem() const {
        const std::string name =
            std::filesystem::directory_iterator(dir_.path())->path().filename().string();
        return name.substr(0, name.rfind('-'));
    }
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

TEST_F(credential_mark_test, newest_mark_of_all_users_counts_by_the_boot_clock) {
    take("token", "a", start_);
    put("another", mark("b", start_ + 1ms));
    EXPECT_EQ(take("token", "a", start_ + 1h), start_ + 1h + 10s);
    // Files' times follow a clock that is set.
    std::filesystem::last_write_time(path_of("another"),
                                     std::filesystem::last_write_time(own()) + 1h);
    EXPECT_EQ(take("token", "a", start_ + 2h), std::nullopt);
}

TEST_F(credential_mark_test, mark_of_another_user_that_names_this_state_hides_no_other_state) {
    take("token", "a", start_);
    put("another", mark("b", start_ + 1s));
    put("stranger", mark("a", start_ + 2s));
    if (::chown(path_of("stranger").c_str(), 65534, 65534) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    EXPECT_EQ(take("token", "a", start_ + 3s), start_ + 13s);
}

TEST_F(credential_mark_test, mark_that_is_cut_short_is_waited_for_once) {
    take("token", "a", start_);
    const std::string whole = text_of(own());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        std::ofstream(own()) << whole.substr(0, length);
        EXPECT_EQ(take("token", "a", start_ + 1h), start_ + 1h + 10s) << length << " bytes";
    }
    EXPECT_EQ(take("token", "a", start_ + 2h), std::nullopt);
}

TEST_F(credential_mark_test, what_is_no_file_of_its_own_is_neither_waited_for_nor_cut) {
    take("token", "a", start_);
    const std::filesystem::path own = this->own();
    std::filesystem::remove(own);
    ASSERT_EQ(::mkfifo(own.c_str(), 0600), 0);
    EXPECT_EQ(take("token", "a", start_), std::nullopt);
    std::filesystem::remove(own);
    std::ofstream(dir_.file("precious")) << "much";
    std::filesystem::create_hard_link(dir_.file("precious"), own);
    take("token", "a", start_);
    EXPECT_EQ(std::filesystem::file_size(dir_.file("precious")), 4U);
}

// None of these is this state's: each is waited for, as a state's that nobody knows.
TEST_F(credential_mark_test, mark_of_another_form_is_waited_for) {
    take("token", "a", start_);
    const std::string time = std::to_string(start_.time_since_epoch().count());
    for (const std::string& text : std::vector<std::string>{
             "a " + time + " 0", "a " + time + "\n", "a " + time + " 0 0\n", "a " + time + "  0\n",
             "a x 0\n", "a " + time + " x\n", "a\n", "\n" + time + " 0\n", "A " + time + " 0\n",
             "aa " + time + " 0\n"}) {
        std::ofstream(own()) << text;
        EXPECT_EQ(take("token", "a", start_ + 1h), start_ + 1h + 10s) << text;
    }
}

TEST_F(credential_mark_test, mark_can_be_read_by_all_and_written_by_its_user) {
    const mode_t before = ::umask(0);
    take("token", "a", start_);
    ::umask(before);
    struct stat status{};
    ASSERT_EQ(::stat(own().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(credential_mark_test, mark_says_who_when_and_until) {
    take("token", "a", start_);
    EXPECT_EQ(text_of(own()), "a 1000000000 0\n");
    take("token", "b", start_ + 1s);
    EXPECT_EQ(text_of(own()), "b 1000001000 1000011000\n");
}

TEST_F(credential_mark_test, shorter_mark_leaves_nothing_of_the_longer_one) {
    take("token", "a-long-name-of-a-state", start_);
    take("token", "b", start_ + 1h);
    EXPECT_EQ(text_of(own()), "b 1003600000 1003610000\n");
}

TEST_F(credential_mark_test, name_of_the_mark_does_not_tell_the_credential) {
    take("secret-token", "a", start_);
    const std::string name = own().filename().string();
    EXPECT_EQ(name.find("secret"), std::string::npos);
    EXPECT_EQ(name.substr(0, 14), "hubspool-used-");
}

TEST_F(credential_mark_test, link_in_its_place_is_neither_read_nor_written) {
    take("token", "a", start_);
    const std::filesystem::path own = this->own();
    std::filesystem::rename(own, dir_.file("target"));
    std::ofstream(dir_.file("target")) << mark("b", start_);
    std::filesystem::create_symlink(dir_.file("target"), own);
    EXPECT_EQ(take("token", "a", start_ + 1h), std::nullopt);
    EXPECT_EQ(text_of(dir_.file("target")), mark("b", start_));
}

TEST_F(credential_mark_test, file_that_another_user_put_there_is_not_written) {
    take("token", "a", start_);
    std::ofstream(own()) << "theirs";
    if (::chown(own().c_str(), 65534, 65534) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    take("token", "a", start_ + 1h);
    EXPECT_EQ(text_of(own()), "theirs");
}

TEST_F(credential_mark_test, window_that_is_over_with_this_moment_is_not_waited_for) {
    take("token", "a", start_);
    take("token", "b", start_);
    EXPECT_EQ(take("token", "b", start_ + 10s - 1ms), start_ + 10s);
    EXPECT_EQ(take("token", "b", start_ + 10s), std::nullopt);
}

TEST_F(credential_mark_test, directory_that_cannot_be_written_tells_nothing) {
    EXPECT_EQ(take_over_credential("token", "a", 10s, start_, dir_.file("none")), std::nullopt);
}

} // namespace
} // namespace hubspool
