#include "app/online/paced_questions.hpp"

#include "config/hubspot_paths.hpp"
#include "core/answers/answer_parser.hpp"
#include "core/answers/question_trouble.hpp"
#include "core/limits/question_pace.hpp"
#include "core/sending/account_check.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {

constexpr const char* read_scope = "crm.objects.marketing_events.read";
constexpr int not_found = 404, too_many = 429;

// Once more may help.
bool may_pass(const api_response& response) {
    return response.end != exchange_end::answered || response.status / 100 == 5;
}

} // namespace

bool is_answered(const api_response& response, int status) {
    return response.end == exchange_end::answered && response.status == status;
}

bool tells_that_it_is_gone(const api_response& response) {
    return is_answered(response, not_found) && parse_answer(response.body).is_json_object;
}

asio::awaitable<std::string> paced_questions::begin(const api_maker& make_api,
                                                    const std::string& portal) {
    if (const auto connected = co_await hubspot_.connect(make_api); !connected)
        co_return connected.error().message;
    if (const auto read = hubspot_.read_credential(); !read) co_return read.error().message;
    if (hubspot_.authorised_by().is_oauth())
        // HubSpot might replace the refresh token under a running daemon.
        co_return "an OAuth app's access tokens are the daemon's to ask for: this needs a private "
                  "app's token";
    const api_response answer = co_await hubspot_.get(account_details_path(options_.api.version));
    const auto account = read_account_details(answer);
    const std::string& set = options_.api.portal_id;
    const std::string& expected = set.empty() ? portal : set;
    if (!account)
        co_return "HubSpot does not tell whose account it is: " + question_trouble(answer, "oauth");
    if (!expected.empty() && expected != std::to_string(account->portal_id))
        co_return fmt::format("the credential opens portal {}, but what was delivered is portal "
                              "{}'s: put a credential of that one in place",
                              account->portal_id, expected);
    co_return std::string();
}

asio::awaitable<api_response> paced_questions::get(std::string path) {
    co_await wait();
    ++asked_;
    last_ = co_await hubspot_.get(path);
    if (!may_pass(last_)) co_return last_;
    co_await wait();
    ++asked_;
    last_ = co_await hubspot_.get(path);
    co_return last_;
}

asio::awaitable<void> paced_questions::wait() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(wait_between_questions(limit_, options_.rate_limit.window, last_.limit_max,
                                               last_.limit_remaining));
    co_await timer.async_wait(asio::use_awaitable);
}

std::string paced_questions::trouble_of(const api_response& answer) {
    std::string words = question_trouble(answer, read_scope);
    if (is_answered(answer, too_many)) words += "; ask again when the limit allows it";
    return words;
}

} // namespace hubspool
