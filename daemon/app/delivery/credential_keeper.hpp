// Sees to the credential: watches its files, asks for OAuth's access tokens, and has each new
// credential proved before requests carry it.
//
// Requests under way finish with the token they were sent with. What a person must mend becomes a
// park once there is no token left that serves. Loop thread only; nothing here blocks it.
#pragma once

#include "api/http/api_client.hpp"
#include "app/instance.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/sending/token_schedule.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hubspool {

struct keeper_events {
    std::function<void()>
        changed; // the dispatcher may send what it could not before, or not any more
    std::function<void()> parked;                        // it was told of a park
    std::function<void(const account_details&)> account; // whose account it is
    std::function<void(const std::string&)> fatal;       // another process uses the new credential
};

class credential_keeper {
public:
    credential_keeper(boost::asio::any_io_executor loop, instance& of, dispatcher& core,
                      api_client& api, keeper_events events);

    void start();
    void stop(); // nothing is asked for any more
    // Ends when no answer is waited for that may bring a refresh token, or at give_up().
    boost::asio::awaitable<void> at_rest();
    void give_up();
    // Looks at the files; to be called every second while there is anything to do.
    void look();

    const std::string& token() const { return of_.token->token(); }     // for batches
    const std::string& offered() const { return of_.token->offered(); } // for the question
    // Why what the files hold is not used though it is newer than what is; empty: nothing waits.
    std::string waits() const;
    // HubSpot answered 401 to this token: true when another one was put in its place, or will be.
    bool refused(const std::string& token);
    // What came of the question that was asked with this token.
    void answered(const std::string& asked_with, const account_effect& effect);

private:
    void files_changed();
    void tend_tokens();
    void renew_when_due();
    boost::asio::awaitable<void> renew(std::uint64_t grant);
    boost::asio::awaitable<std::optional<token_answer>> ask_for_token(api_connection& on);
    boost::asio::awaitable<bool> keep(const std::string& refresh_token);
    void take(const token_answer& answer);
    void take_token(const token_answer& answer);
    void take_refusal(const token_answer& answer);
    void let_expire();
    void prove(std::optional<std::uint64_t> told);
    void use_offered();
    // Not what was said last; `more` may differ each time.
    static void warn_once(std::string& said, const std::string& words,
                          const std::string& more = {});

    boost::asio::any_io_executor loop_;
    instance& of_;
    dispatcher& core_;
    api_client& api_;
    keeper_events events_;
    boost::asio::steady_timer alarm_; // for the next renewal, or a token's end
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer rest_;               // cancelled when at_rest() may end
    std::optional<boost::asio::thread_pool> disk_; // keeps refresh tokens
    token_schedule schedule_;

    std::uint64_t grant_ = 1;        // counts what the files held
    std::uint64_t proved_grant_ = 0; // the one whose account was asked for
    std::optional<std::uint64_t> portal_;
    std::optional<park_request> refusal_; // of OAuth: parks when the last token is over
    bool offer_refused_ = false;
    std::string refusal_words_; // of the offer
    bool changed_ = false;      // the credential, since one was proved
    bool being_given_ = false;  // HubSpot may have replaced the refresh token; it is not kept yet
    bool stopping_ = false;
    bool given_up_ = false;
    std::string trouble_; // with the files, with HubSpot: each said once
    std::string renewal_trouble_;
    std::string question_trouble_;
};

} // namespace hubspool
