// Asks for OAuth's access tokens: ahead of their end, one request at a time.
//
// When to ask is decided by core/sending/token_schedule, what a refusal means by renewal_trouble
// beside it. A refresh token that comes with an access token is on the disk before that is used.
// Loop thread only; nothing here blocks it.
#pragma once

#include "api/http/api_client.hpp"
#include "app/delivery/refresh_token_keeper.hpp"
#include "app/instance.hpp"
#include "core/engine/engine.hpp"
#include "core/sending/renewal_trouble.hpp"
#include "core/sending/token_schedule.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>

namespace hubspool {

struct renewal_events {
    std::function<void(const token_answer&)> granted; // its access token is offered
    std::function<void()> changed;                    // the engine was told of a failure
    std::function<void()> parked;                     // it was told of a park
};

class token_renewal {
public:
    // `of` holds a credential of OAuth.
    token_renewal(boost::asio::any_io_executor loop, instance& running, engine& core,
                  api_client& api, renewal_events events);

    // Lets a token go whose life is over, and asks for one when it is due; wakes for both by
    // itself.
    void tend();
    // The files hold another grant or client: a token is asked for with them.
    void files_changed();
    // HubSpot refused the token in use. True: another one is asked for at the next tend().
    bool refused();

    void stop(); // nothing is asked for any more
    // Ends when no answer is waited for that may bring a refresh token, or at give_up().
    boost::asio::awaitable<void> at_rest();
    void give_up();

private:
    void let_expire();
    void renew_when_due();
    boost::asio::awaitable<void> renew();
    boost::asio::awaitable<std::optional<token_answer>> ask_for_token(api_connection& on);
    boost::asio::awaitable<bool> keep_replaced(const token_answer& answer, std::string configured);
    void take(const token_answer& answer);
    void act(const renewal_trouble::step& next);

    boost::asio::any_io_executor loop_;
    instance& running_;
    engine& core_;
    api_client& api_;
    renewal_events events_;
    refresh_token_keeper kept_;
    boost::asio::steady_timer alarm_; // for the next renewal, or a token's end
    boost::asio::steady_timer rest_;  // cancelled when at_rest() may end
    token_schedule schedule_;
    renewal_trouble trouble_;
    bool being_given_ = false; // HubSpot may have replaced the refresh token; it is not kept yet
    bool stopping_ = false;
    bool given_up_ = false;
};

} // namespace hubspool
