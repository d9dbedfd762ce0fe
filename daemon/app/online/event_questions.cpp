#include "app/online/event_questions.hpp"

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

bool is_answered(const api_response& response, int status) {
    return response.end == exchange_end::answered && response.status == status;
}

// A page may say so, too; it is nobody's word on an event.
bool tells_that_it_is_gone(const api_response& response) {
    return is_answered(response, not_found) && parse_answer(response.body).is_json_object;
}

// Once more may help.
bool may_pass(const api_response& response) {
    return response.end != exchange_end::answered || response.status / 100 == 5;
}

class asking {
public:
    asking(const settings& options, const event_round& round) : options_(options), round_(round) {}

    asio::awaitable<void> run(hubspot_questions& hubspot, const api_maker& make_api) {
        const auto connected = co_await hubspot.connect(make_api);
        if (!connected) {
            asked.stopped = connected.error().message;
        } else if (const auto read = hubspot.read_credential(); !read) {
            asked.stopped = read.error().message;
        } else if (hubspot.authorised_by().is_oauth()) {
            // HubSpot might replace the refresh token under a running daemon.
            asked.stopped = "an OAuth app's access tokens are the daemon's to ask for: verify "
                            "needs a private app's token";
        } else {
            co_await ask_whose_account(hubspot);
            if (asked.stopped.empty()) co_await ask_for_all(hubspot);
        }
    }

    asked_events asked;

private:
    // With another account's token each event would seem to be gone.
    asio::awaitable<void> ask_whose_account(hubspot_questions& hubspot) {
        const api_response answer =
            co_await hubspot.get(account_details_path(options_.api.version));
        const auto account = read_account_details(answer);
        const std::string& set = options_.api.portal_id;
        const std::string& expected = set.empty() ? round_.portal : set;
        if (!account)
            asked.stopped =
                "HubSpot does not tell whose account it is: " + question_trouble(answer, "oauth");
        else if (!expected.empty() && expected != std::to_string(account->portal_id))
            asked.stopped = fmt::format("the credential opens portal {}, but what was delivered "
                                        "is portal {}'s: put a credential of that one in place",
                                        account->portal_id, expected);
    }

    asio::awaitable<void> ask_for_all(hubspot_questions& hubspot) {
        told_properties told = co_await ask_for_properties(hubspot, options_.api.version);
        asked.found = std::move(told.found);
        const defined_properties* const known = told.known ? &*told.known : nullptr;
        for (const std::string& id : round_.object_ids) {
            const api_response answer = co_await ask_for(hubspot, id);
            std::optional<told_event> event;
            if (is_answered(answer, 200)) event = read_event(answer.body);
            const bool is_it = event && event->object_id == id;
            if (!is_it && !tells_that_it_is_gone(answer)) {
                asked.stopped = trouble_of(answer, event.has_value());
                co_return;
            }
            round_.take(asked.asked++, event, known);
        }
    }

    asio::awaitable<api_response> ask_for(hubspot_questions& hubspot, const std::string& id) {
        const std::string path = event_path(options_.api.version, id);
        co_await wait();
        last_ = co_await hubspot.get(path);
        if (!may_pass(last_)) co_return last_;
        co_await wait();
        last_ = co_await hubspot.get(path);
        co_return last_;
    }

    asio::awaitable<void> wait() {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(wait_between_questions(round_.limit, options_.rate_limit.window,
                                                   last_.limit_max, last_.limit_remaining));
        co_await timer.async_wait(asio::use_awaitable);
    }

    static std::string trouble_of(const api_response& answer, bool is_another) {
        if (is_another) return "HubSpot answered with another event than the one asked for";
        std::string words = question_trouble(answer, read_scope);
        if (is_answered(answer, too_many)) words += "; ask again when the limit allows it";
        return words;
    }

    const settings& options_;
    const event_round& round_;
    api_response last_;
};

} // namespace

asked_events ask_for_events(const settings& options, const event_round& round,
                            const api_maker& make_api) {
    asking questions(options, round);
    hubspot_questions hubspot(options);
    hubspot.run([&] { return questions.run(hubspot, make_api); });
    return std::move(questions.asked);
}

} // namespace hubspool
