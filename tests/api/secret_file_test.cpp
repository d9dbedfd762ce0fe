#include "api/credential/secret_access.hpp"
#include "api/credential/secret_file.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class secret_file_test : public ::testing::Test {
protected:
    void write(const std::string& text, mode_t mode = 0640, const std::string& name = "token") {
        std::ofstream(dir.file(name), std::ios::binary | std::ios::trunc) << text;
        ::chmod(dir.file(name).c_str(), mode);
    }
    std::string refusal() {
        const auto looked = token.refresh();
        return looked ? "not refused" : looked.error().message;
    }

    temp_dir dir;
    secret_file token{"api.token_file", dir.file("token")};
};

TEST_F(secret_file_test, first_look_gives_the_token_without_white_space) {
    write("  pat-na1-123\r\n\n");
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_TRUE(*looked);
    EXPECT_EQ(token.text(), "pat-na1-123");
}

TEST_F(secret_file_test, missing_file_is_told_with_what_makes_it) {
    EXPECT_THAT(refusal(), AllOf(HasSubstr("No such file"), HasSubstr("install -m 0640"),
                                 HasSubstr(dir.file("token"))));
}

TEST_F(secret_file_test, second_look_at_the_same_file_changes_nothing) {
    write("one");
    ASSERT_TRUE(token.refresh());
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_FALSE(*looked);
    EXPECT_EQ(token.text(), "one");
}

TEST_F(secret_file_test, rewritten_in_place_with_the_same_size_is_seen_at_once) {
    write("one");
    ASSERT_TRUE(token.refresh());
    write("two");
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_TRUE(*looked);
    EXPECT_EQ(token.text(), "two");
}

TEST_F(secret_file_test, replaced_by_rename_is_seen) {
    write("one");
    ASSERT_TRUE(token.refresh());
    write("two", 0600, "other");
    std::filesystem::rename(dir.file("other"), dir.file("token"));
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_TRUE(*looked);
    EXPECT_EQ(token.text(), "two");
}

TEST_F(secret_file_test, touched_with_the_same_token_is_no_change) {
    write("one");
    ASSERT_TRUE(token.refresh());
    write("one\n");
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_FALSE(*looked);
}

TEST_F(secret_file_test, mode_stricter_than_0640_is_taken) {
    for (const mode_t mode : {0640U, 0440U, 0600U, 0400U}) {
        write("one", mode);
        secret_file fresh("api.token_file", dir.file("token"));
        EXPECT_TRUE(fresh.refresh()) << std::oct << mode;
        ::chmod(dir.file("token").c_str(), 0640);
    }
}

TEST_F(secret_file_test, wider_mode_is_refused_with_the_chmod) {
    for (const mode_t mode : {0644U, 0660U, 0641U, 0777U}) {
        write("sesame", mode);
        EXPECT_THAT(refusal(), HasSubstr("chmod 0640 " + dir.file("token"))) << std::oct << mode;
    }
    EXPECT_THAT(refusal(), Not(HasSubstr("sesame")));
    EXPECT_THAT(refusal(), HasSubstr("mode 0777"));
}

TEST_F(secret_file_test, mode_in_the_credentials_directory_is_taken_as_it_is) {
    write("one", 0644);
    ::setenv("CREDENTIALS_DIRECTORY", dir.path().c_str(), 1);
    const auto looked = token.refresh();
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_TRUE(looked);
}

TEST_F(secret_file_test, link_as_kubernetes_makes_it_is_followed_and_its_turn_seen) {
    for (const char* const version : {"1", "2"}) {
        std::filesystem::create_directory(dir.file(version));
        write(std::string("token-") + version, 0640, std::string(version) + "/token");
    }
    std::filesystem::create_symlink("1", dir.file("..data"));
    std::filesystem::create_symlink("..data/token", dir.file("token"));
    ASSERT_TRUE(token.refresh());
    EXPECT_EQ(token.text(), "token-1");
    std::filesystem::create_symlink("2", dir.file("..data_tmp"));
    std::filesystem::rename(dir.file("..data_tmp"), dir.file("..data"));
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_TRUE(*looked);
    EXPECT_EQ(token.text(), "token-2");
}

TEST_F(secret_file_test, own_one_that_nobody_may_write_is_used_with_a_warning) {
    write("one", 0444);
    ASSERT_TRUE(token.refresh());
    EXPECT_THAT(secret_warning("api.token_file", dir.file("token")),
                AllOf(HasSubstr("api.token_file"), HasSubstr("mode 0444")));
    write("one", 0640);
    EXPECT_EQ(secret_warning("api.token_file", dir.file("token")), "");
}

TEST(secret_access_of, each_mode_and_file_system_is_weighed_by_whether_a_chmod_mends_it) {
    struct row {
        mode_t mode;
        bool read_only;
        secret_access is;
    };
    using enum secret_access;
    for (const row& each :
         {row{0640, false, kept}, row{0400, true, kept}, row{0440, false, kept},
          row{0644, false, refused}, row{0604, false, refused}, row{0641, false, refused},
          row{0444, false, warned}, row{0644, true, warned}, row{0777, true, warned},
          row{0666, false, refused}, row{0660, false, refused}, row{0446, false, refused}}) {
        EXPECT_EQ(weigh_secret_access(each.mode, each.read_only), each.is)
            << std::oct << each.mode << each.read_only;
    }
}

TEST_F(secret_file_test, missing_file_is_named) {
    EXPECT_THAT(refusal(), HasSubstr(dir.file("token") + " cannot be opened: No such file"));
}

TEST_F(secret_file_test, empty_file_is_refused_and_the_old_token_kept) {
    write("one");
    ASSERT_TRUE(token.refresh());
    write(" \n");
    EXPECT_THAT(refusal(), HasSubstr("is empty"));
    EXPECT_EQ(token.text(), "one");
    write("two");
    const auto looked = token.refresh();
    ASSERT_TRUE(looked);
    EXPECT_TRUE(*looked);
}

TEST_F(secret_file_test, text_that_is_no_token_is_refused_without_being_shown) {
    const std::vector<std::pair<std::string, const char*>> mistakes{
        {"\"sesame\"", "quotes"},
        {"'sesame'", "quotes"},
        {"sesame\"", "quotes"},
        {"{\"access_token\": \"sesame\"}", "JSON"},
        {"[\"sesame\"]", "JSON"},
        {"HUBSPOT_TOKEN=sesame", "NAME=value"},
        {"export TOKEN=\"sesame\"", "NAME=value"},
        {"TOKEN=sesame\nOTHER=sesame", "NAME=value"},
        {"Bearer sesame", "Bearer"},
        {"bearer\tsesame", "Bearer"},
        {"Authorization: Bearer sesame", "Bearer"},
        {"sesame\nsesame", "several lines"},
        {"sesame\r\nX: y", "several lines"},
        {"\xef\xbb\xbfsesame", "byte order mark"},
        {std::string("\xff\xfes\0e\0s\0same", 12), "byte order mark"},
        {"token: sesame", "more than a token"},
        {"ses\001ame", "more than a token"},
        {"s\303\251same", "more than a token"}};
    for (const auto& [text, reason] : mistakes) {
        write(text);
        EXPECT_THAT(refusal(), HasSubstr(reason)) << text;
        EXPECT_THAT(refusal(), Not(HasSubstr("same"))) << text;
    }
}

TEST_F(secret_file_test, text_that_looks_odd_but_may_be_a_token_is_taken) {
    for (const char* text : {"CJSP5qf1KhI-_.~+/QYs==", "Bearers", "abc=", "1a=b", "na1-0:x"}) {
        write(text);
        EXPECT_EQ(refusal(), "not refused") << text;
        EXPECT_EQ(token.text(), text);
    }
}

TEST_F(secret_file_test, oversize_file_is_refused) {
    write(std::string(5000, 'x'));
    EXPECT_THAT(refusal(), HasSubstr("larger than 4096 bytes"));
}

TEST_F(secret_file_test, directory_and_fifo_are_refused_without_waiting) {
    std::filesystem::create_directory(dir.file("token"));
    EXPECT_THAT(refusal(), HasSubstr("not a regular file"));
    std::filesystem::remove(dir.file("token"));
    ASSERT_EQ(::mkfifo(dir.file("token").c_str(), 0600), 0);
    EXPECT_THAT(refusal(), HasSubstr("not a regular file"));
}

} // namespace
} // namespace hubspool
