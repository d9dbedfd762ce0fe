#include "core/sending/account_check.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

api_response answer_with(int status, std::string body) {
    api_response response;
    response.end = exchange_end::answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}

TEST(account_details, are_portal_and_zone_of_a_success) {
    const auto read = read_account_details(
        answer_with(200, R"({"portalId":1234567,"timeZone":"US/Eastern","uiDomain":"app"})"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->portal_id, 1234567U);
    EXPECT_EQ(read->time_zone, "US/Eastern");
}

TEST(account_details, without_a_zone_have_an_empty_one) {
    for (const char* const body : {R"({"portalId":7})", R"({"portalId":7,"timeZone":null})",
                                   R"({"portalId":7,"timeZone":5})"}) {
        const auto read = read_account_details(answer_with(200, body));
        ASSERT_TRUE(read) << body;
        EXPECT_EQ(read->time_zone, "") << body;
    }
}

TEST(account_details, of_a_zone_from_anywhere_are_clean_and_short) {
    const auto read = read_account_details(answer_with(
        200, R"({"portalId":7,"timeZone":"US/\u001b[31mEastern)" + std::string(5000, 'x') + "\"}"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->time_zone.find('\x1b'), std::string::npos);
    EXPECT_LT(read->time_zone.size(), 1000U);
}

TEST(account_details, are_none_of_what_proves_no_portal) {
    for (const char* const body :
         {"", "{}", "[]", R"({"portalId":"7"})", R"({"portalId":-7})", R"({"portalId":7.5})",
          R"({"portalId":7)", "<html>", R"({"timeZone":"US/Eastern"})"})
        EXPECT_FALSE(read_account_details(answer_with(200, body))) << body;
    for (const int status : {199, 300, 401, 429, 503})
        EXPECT_FALSE(read_account_details(answer_with(status, R"({"portalId":7})"))) << status;
    api_response cut = answer_with(200, R"({"portalId":7})");
    cut.end = exchange_end::unanswered;
    EXPECT_FALSE(read_account_details(cut));
}

class account_check_test : public ::testing::Test {
protected:
    account_check check;
};

TEST_F(account_check_test, nothing_is_due_until_it_is_wanted) {
    EXPECT_EQ(check.due(), boot_time::max());
    check.want(start + 5s, {});
    EXPECT_EQ(check.due(), start + 5s);
    check.settle();
    EXPECT_EQ(check.due(), boot_time::max());
}

TEST_F(account_check_test, one_goes_at_a_time_and_only_with_a_credential) {
    check.want(start, 7);
    check.become(credential_state::missing);
    EXPECT_EQ(check.due(), boot_time::max());
    check.become(credential_state::unproved);
    EXPECT_EQ(check.due(), start);
    check.sent();
    EXPECT_TRUE(check.is_under_way());
    EXPECT_EQ(check.due(), boot_time::max());
    EXPECT_TRUE(check.answered());
    EXPECT_EQ(check.due(), start) << "still wanted";
    EXPECT_EQ(check.told(), 7U);
}

TEST_F(account_check_test, answer_counts_no_more_once_another_credential_came) {
    check.want(start, {});
    check.sent();
    check.want(start + 1s, {});
    EXPECT_FALSE(check.answered());
    check.sent();
    EXPECT_TRUE(check.answered()) << "that of the new one does";
}

TEST_F(account_check_test, answer_counts_no_more_once_the_credential_is_lost) {
    check.want(start, {});
    check.sent();
    check.lose();
    EXPECT_EQ(check.credential(), credential_state::missing);
    EXPECT_FALSE(check.answered());
}

TEST_F(account_check_test, credential_that_is_lost_with_nothing_under_way_spoils_no_later_answer) {
    check.lose();
    check.become(credential_state::unproved);
    check.want(start, {});
    check.sent();
    EXPECT_TRUE(check.answered());
}

TEST_F(account_check_test, asking_sooner_never_puts_it_off) {
    check.want(start + 10s, {});
    check.ask_sooner(start + 20s);
    EXPECT_EQ(check.due(), start + 10s);
    check.ask_sooner(start + 5s);
    EXPECT_EQ(check.due(), start + 5s);
    check.ask_at(start + 60s);
    EXPECT_EQ(check.due(), start + 60s);
}

} // namespace
} // namespace hubspool
