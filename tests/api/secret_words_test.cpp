// Files of secrets and what is said of them: each mistake has its words, and none shows the secret.
#include "api/credential/conceal.hpp"
#include "api/credential/credential_file.hpp"
#include "api/credential/kept_token.hpp"
#include "api/credential/token_form.hpp"
#include "api/http/form_post.hpp"
#include "support/api_answer.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <random>

namespace hubspool {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string concealed(std::string text, std::string_view secret) {
    conceal(text, secret);
    return text;
}

TEST(conceal, takes_out_each_occurrence_and_leaves_the_rest) {
    EXPECT_EQ(concealed("token=abc&again=abc.", "abc"), "token=[concealed]&again=[concealed].");
    EXPECT_EQ(concealed("nothing here", "abc"), "nothing here");
    EXPECT_EQ(concealed("abcabc", "abc"), "[concealed][concealed]");
    EXPECT_EQ(concealed("abc", ""), "abc");
    EXPECT_EQ(concealed("", "abc"), "");
}

TEST(conceal, what_stands_in_its_stead_is_not_searched_again) {
    EXPECT_EQ(concealed("concealed", "concealed"), "[concealed]");
    EXPECT_EQ(concealed("xex", "e"), "x[concealed]x");
}

TEST(conceal, of_random_texts_leaves_no_secret_that_was_there_before) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(2000); ++round) {
        std::string text(random() % 60, ' ');
        for (char& c : text) c = static_cast<char>('0' + random() % 3);
        std::string secret(1 + random() % 4, ' ');
        for (char& c : secret) c = static_cast<char>('0' + random() % 3);
        ASSERT_EQ(concealed(text, secret).find(secret), std::string::npos) << text << ' ' << secret;
    }
}

std::string fault_of(std::string_view text) {
    return std::string(why_no_token(text).value_or(""));
}

TEST(token_form, what_may_be_a_token_is_taken) {
    for (const char* const text : {"pat-na1-11111111-2222-3333-4444-555555555555", "CKj6o",
                                   "abc.def/ghi+jkl==", "a=", "12=", "bearertoken", "x"})
        EXPECT_EQ(fault_of(text), "") << text;
}

TEST(token_form, each_usual_mistake_has_its_own_remedy) {
    EXPECT_THAT(fault_of("\xef\xbb\xbfpat"), HasSubstr("byte order mark"));
    EXPECT_THAT(fault_of("\xff\xfep"), HasSubstr("byte order mark"));
    EXPECT_THAT(fault_of(R"({"access_token":"x"})"), HasSubstr("holds JSON"));
    EXPECT_THAT(fault_of("[\"x\"]"), HasSubstr("holds JSON"));
    EXPECT_THAT(fault_of("TOKEN=pat"), HasSubstr("NAME=value"));
    EXPECT_THAT(fault_of("export TOKEN=\"pat\""), HasSubstr("NAME=value"));
    EXPECT_THAT(fault_of("\"pat\""), HasSubstr("holds quotes"));
    EXPECT_THAT(fault_of("pat'"), HasSubstr("holds quotes"));
    EXPECT_THAT(fault_of("Bearer pat"), HasSubstr("hubspool adds itself"));
    EXPECT_THAT(fault_of("Authorization: pat"), HasSubstr("hubspool adds itself"));
    EXPECT_THAT(fault_of("one\ntwo"), HasSubstr("several lines"));
    EXPECT_THAT(fault_of("one two"), HasSubstr("more than a token"));
    EXPECT_THAT(fault_of("caf\xc3\xa9"), HasSubstr("non-ASCII"));
}

class secret_words : public ::testing::Test {
protected:
    std::string put(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        std::ofstream(dir.file(name), std::ios::binary | std::ios::trunc) << text;
        EXPECT_EQ(::chmod(dir.file(name).c_str(), mode), 0);
        return dir.file(name);
    }
    temp_dir dir;
};

TEST_F(secret_words, file_is_read_whole_up_to_its_limit) {
    const std::string most(64U << 10, 'x');
    EXPECT_EQ(*read_secret_file("api.key", put("a", most)), most);
    const auto larger = read_secret_file("api.key", put("a", most + "x"));
    ASSERT_FALSE(larger);
    EXPECT_EQ(larger.error().message, "api.key: " + dir.file("a") + " is larger than 64 KiB");
    EXPECT_THAT(read_secret_file("api.key", put("a", "")).error().message, HasSubstr("is empty"));
}

TEST_F(secret_words, what_cannot_be_opened_names_setting_file_and_reason) {
    const auto missing = read_secret_file("api.key", dir.file("none"));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ENOENT);
    EXPECT_THAT(missing.error().message,
                AllOf(HasSubstr("api.key: " + dir.file("none")), HasSubstr("cannot be opened")));
    EXPECT_THAT(read_public_file("api.ca_file", dir.path().string()).error().message,
                HasSubstr("is not a regular file"));
}

TEST_F(secret_words, open_modes_are_refused_for_secrets_alone) {
    const std::string open = put("a", "certificate", 0644);
    EXPECT_EQ(*read_public_file("api.ca_file", open), "certificate");
    const auto refused = read_secret_file("api.key", open);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message,
                AllOf(HasSubstr("has mode 0644"), HasSubstr("chmod 0640 " + open),
                      Not(HasSubstr("certificate"))));
}

TEST_F(secret_words, identity_changes_with_the_file_and_not_with_a_look) {
    const std::string file = put("a", "one");
    const std::string before = file_identity(file);
    EXPECT_NE(before, "");
    EXPECT_EQ(*read_secret_file("x", file), "one");
    EXPECT_EQ(file_identity(file), before);
    put("b", "one");
    std::filesystem::rename(dir.file("b"), file);
    EXPECT_NE(file_identity(file), before);
    EXPECT_EQ(file_identity(dir.file("none")), "");
}

TEST_F(secret_words, kept_token_counts_for_the_configured_one_that_it_came_from) {
    const std::string file = dir.file("kept");
    EXPECT_EQ(*load_kept_token(file, "first"), std::nullopt);
    ASSERT_TRUE(keep_token(file, "first", "second"));
    EXPECT_EQ(*load_kept_token(file, "first"), "second");
    EXPECT_EQ(*load_kept_token(file, "another"), std::nullopt);
    ASSERT_TRUE(keep_token(file, "first", "third"));
    EXPECT_EQ(*load_kept_token(file, "first"), "third");
    EXPECT_FALSE(std::filesystem::exists(file + ".tmp"));
}

TEST_F(secret_words, kept_token_that_is_spoilt_anywhere_is_never_taken_for_another) {
    const std::string file = dir.file("kept");
    ASSERT_TRUE(keep_token(file, "first", "second-token"));
    std::ifstream in(file, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(whole.find("first"), std::string::npos) << "the configured one is not given away";
    for (std::size_t i = 0; i < whole.find('\n'); ++i) {
        std::string spoilt = whole;
        spoilt[i] = static_cast<char>(spoilt[i] ^ 1);
        put("kept", spoilt);
        const auto loaded = load_kept_token(file, "first");
        EXPECT_TRUE(!loaded || !*loaded) << i;
    }
}

// An endpoint that repeats what it was sent.
class repeating_connection final : public api_connection {
public:
    explicit repeating_connection(int status) : status_(status) {}
    bool is_open() const override { return true; }
    bool is_quiet() const override { return true; }
    peer_facts peer() const override { return {}; }
    void on_close(std::function<void()>) override {}
    void abort() override {}
    boost::asio::awaitable<api_response> exchange(api_request request) override {
        co_return testing::api_answer(status_, "you sent " + std::string(request.body));
    }

private:
    int status_;
};

std::string body_of_form(int status, const std::string& form) {
    boost::asio::io_context loop;
    repeating_connection to(status);
    std::string body;
    const std::vector<std::string> secrets{"my-secret", "my-token"};
    boost::asio::co_spawn(
        loop,
        [&]() -> boost::asio::awaitable<void> {
            const api_response got = co_await post_form(to, "/oauth/v3/token", form, secrets);
            body = got.body;
        },
        [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    loop.run();
    return body;
}

TEST(form_post, refusal_that_repeats_the_form_holds_no_secret_any_more) {
    const std::string form = "client_secret=my-secret&refresh_token=my-token&x=1";
    EXPECT_EQ(body_of_form(400, form),
              "you sent client_secret=[concealed]&refresh_token=[concealed]&x=1");
    EXPECT_EQ(body_of_form(503, form).find("my-secret"), std::string::npos);
    // A success holds the new token, which is to be read.
    EXPECT_EQ(body_of_form(200, form), "you sent " + form);
}

TEST(form_post, connection_that_was_not_made_sent_nothing) {
    const api_response none = not_connected("no route to host");
    EXPECT_EQ(none.end, exchange_end::not_sent);
    EXPECT_EQ(none.error, "no route to host");
    EXPECT_EQ(none.status, 0);
}

} // namespace
} // namespace hubspool
