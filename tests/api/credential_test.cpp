#include "api/credential/credential.hpp"
#include "api/credential/kept_token.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class credential_test : public ::testing::Test {
protected:
    credential_test() {
        write("id", "the-id");
        write("secret", "the/secret");
        write("refresh", "na1-first");
    }
    void write(const std::string& name, const std::string& text, mode_t mode = 0640) {
        std::ofstream(dir.file(name), std::ios::binary | std::ios::trunc) << text << '\n';
        ::chmod(dir.file(name).c_str(), mode);
    }
    credential oauth() const {
        return credential({"", dir.file("id"), dir.file("secret"), dir.file("refresh"), kept()});
    }
    std::string kept() const { return dir.file("kept"); }
    std::string content(const std::string& file) const {
        std::stringstream text;
        text << std::ifstream(file).rdbuf();
        return text.str();
    }

    temp_dir dir;
};

TEST_F(credential_test, new_token_is_offered_and_used_when_adopted) {
    write("token", "one");
    credential token({dir.file("token"), "", "", "", ""});
    ASSERT_TRUE(token.refresh());
    EXPECT_EQ(token.offered(), "one");
    EXPECT_EQ(token.token(), "");
    token.adopt();
    write("token", "two");
    EXPECT_TRUE(*token.refresh());
    EXPECT_EQ(token.token(), "one");
    EXPECT_EQ(token.offered(), "two");
    EXPECT_EQ(token.identity(), "two");
    token.drop();
    EXPECT_EQ(token.token(), "");
}

TEST_F(credential_test, forms_are_what_the_token_endpoint_takes) {
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    EXPECT_EQ(token.oauth().refresh_form(),
              "grant_type=refresh_token&client_id=the-id&client_secret="
              "the%2Fsecret&refresh_token=na1-first");
    EXPECT_EQ(token.oauth().introspection_form(),
              "client_id=the-id&client_secret=the%2Fsecret&token="
              "na1-first&token_type_hint=refresh_token");
}

TEST_F(credential_test, change_of_any_file_of_the_grant_is_seen_once) {
    credential token = oauth();
    EXPECT_TRUE(*token.refresh());
    EXPECT_FALSE(*token.refresh());
    for (const char* name : {"id", "secret", "refresh"}) {
        write(name, "another");
        EXPECT_TRUE(*token.refresh()) << name;
        EXPECT_FALSE(*token.refresh()) << name;
    }
}

TEST_F(credential_test, change_is_not_forgotten_while_another_file_is_unreadable) {
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    write("id", "another");
    write("refresh", "na1-first", 0644);
    const auto refused = token.refresh();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("api.oauth.refresh_token_file"));
    EXPECT_THAT(refused.error().message, HasSubstr("mode 0644"));
    EXPECT_THAT(refused.error().message, HasSubstr("chmod 0640 " + dir.file("refresh")));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("na1-first")));
    write("refresh", "na1-first");
    EXPECT_TRUE(*token.refresh());
}

TEST_F(credential_test, kept_refresh_token_goes_before_the_configured_one_it_came_from) {
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-second"));
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    EXPECT_EQ(token.oauth().refresh_token(), "na1-second");
    EXPECT_EQ(token.oauth().configured_refresh_token(), "na1-first");
}

TEST_F(credential_test, refresh_token_that_the_operator_puts_in_place_wins_again) {
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-second"));
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    write("refresh", "na1-third");
    EXPECT_TRUE(*token.refresh());
    EXPECT_EQ(token.oauth().refresh_token(), "na1-third");
    credential after_a_restart = oauth();
    ASSERT_TRUE(after_a_restart.refresh());
    EXPECT_EQ(after_a_restart.oauth().refresh_token(), "na1-third");
}

TEST_F(credential_test, refresh_token_put_in_place_survives_an_unreadable_kept_one) {
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    std::filesystem::create_directory(kept());
    write("refresh", "na1-third");
    ASSERT_FALSE(token.refresh());
    EXPECT_TRUE(*token.refresh());
    EXPECT_EQ(token.oauth().refresh_token(), "na1-third");
}

TEST_F(credential_test, secrets_are_known_in_every_form_in_which_a_refusal_may_repeat_them) {
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    EXPECT_THAT(token.oauth().secrets(), ::testing::IsSupersetOf({"the/secret", "the%2Fsecret",
                                                                  "the\\/secret", "na1-first"}));
}

TEST_F(credential_test, refused_kept_token_gives_way_to_the_configured_one) {
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-second"));
    credential token = oauth();
    ASSERT_TRUE(token.refresh());
    EXPECT_TRUE(token.oauth().fall_back());
    EXPECT_EQ(token.oauth().refresh_token(), "na1-first");
    EXPECT_FALSE(token.oauth().fall_back());
}

TEST_F(credential_test, kept_token_is_for_its_owner_alone_and_holds_no_other_secret) {
    ::umask(0);
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-second"));
    struct stat status{};
    ASSERT_EQ(::stat(kept().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
    EXPECT_THAT(content(kept()), HasSubstr("\nna1-second\n"));
    EXPECT_THAT(content(kept()), Not(HasSubstr("na1-first")));
    const std::filesystem::directory_iterator all(std::filesystem::path(kept()).parent_path());
    EXPECT_EQ(std::distance(begin(all), end(all)), 4); // nothing unfinished is left
}

TEST_F(credential_test, kept_token_is_replaced_whole) {
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-second"));
    ASSERT_TRUE(keep_token(kept(), "na1-first", "na1-third"));
    EXPECT_EQ(**load_kept_token(kept(), "na1-first"), "na1-third");
    EXPECT_FALSE(*load_kept_token(kept(), "na1-other"));
    EXPECT_FALSE(*load_kept_token(dir.file("absent"), "na1-first"));
}

TEST_F(credential_test, file_that_is_no_kept_token_is_named_with_the_remedy) {
    for (const char* text : {"", "na1-second", "hubspool-refresh-token 1 cut"}) {
        std::ofstream(kept(), std::ios::trunc) << text;
        const auto loaded = load_kept_token(kept(), "na1-first");
        ASSERT_FALSE(loaded) << text;
        EXPECT_THAT(loaded.error().message, HasSubstr(kept()));
        EXPECT_THAT(loaded.error().message, HasSubstr("remove it"));
    }
}

TEST_F(credential_test, token_that_cannot_be_kept_is_told_with_the_file) {
    const auto kept_there = keep_token(dir.file("absent/kept"), "na1-first", "na1-second");
    ASSERT_FALSE(kept_there);
    EXPECT_THAT(kept_there.error().message, HasSubstr("absent/kept"));
    EXPECT_THAT(kept_there.error().message, Not(HasSubstr("na1-")));
}

} // namespace
} // namespace hubspool
