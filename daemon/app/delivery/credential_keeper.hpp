// Sees to the credential: watches its files, and has each new one proved before requests carry it.
//
// Requests under way finish with the token they were sent with. What is refused, waits or is used
// is decided by core/sending/credential_offer. What a person must mend becomes a park once there is
// no token left that serves. Loop thread only; nothing here blocks it.
#pragma once

#include "api/http/api_client.hpp"
#include "app/delivery/token_renewal.hpp"
#include "app/instance.hpp"
#include "core/engine/engine.hpp"
#include "core/sending/credential_offer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hubspool {

struct keeper_events {
    std::function<void()> changed; // the engine may send what it could not before, or not any more
    std::function<void()> parked;  // it was told of a park
    std::function<void(const account_details&)> account; // whose account it is
    std::function<void(const std::string&)> fatal;       // another process uses the new credential
};

class credential_keeper {
public:
    credential_keeper(boost::asio::any_io_executor loop, instance& running, engine& core,
                      api_client& api, keeper_events events);

    void start();
    void stop(); // nothing is asked for any more
    // Ends when no answer is waited for that may bring a refresh token, or at give_up().
    boost::asio::awaitable<void> at_rest();
    void give_up();
    // Looks at the files; to be called every second while there is anything to do.
    void look();

    const std::string& token() const { return running_.token->token(); }     // for batches
    const std::string& offered() const { return running_.token->offered(); } // for the question
    // Why what the files hold is not used though it is newer than what is; empty: nothing waits.
    std::string waits() const;
    // HubSpot answered 401 to this token: true when another one was put in its place, or will be.
    bool refused(const std::string& token);
    // What came of the question that was asked with this token.
    void answered(const std::string& asked_with, const account_effect& effect);

private:
    void files_changed();
    bool refused_from_file(const std::string& token);
    void token_came(const token_answer& answer);
    void prove(std::optional<std::uint64_t> told);
    void use_offered();

    instance& running_;
    engine& core_;
    keeper_events events_;
    credential_offer offer_;
    std::optional<token_renewal> renewal_; // of OAuth
    std::string trouble_;                  // with the files; said once
    bool stopping_ = false;
};

} // namespace hubspool
