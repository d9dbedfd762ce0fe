// Questions to HubSpot by a command, beside a daemon or without one: on one connection, one after
// the other, with the configured credential. Nothing is asked that changes anything.
//
// A running hubspool does not count them, so a command asks few. One thread; its loop is its own.
#pragma once

#include "api/credential/credential.hpp"
#include "app/api_maker.hpp"
#include "config/settings.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace hubspool {

class hubspot_questions {
public:
    // `options` outlive it.
    explicit hubspot_questions(const settings& options);

    // Blocks until `whole` has ended; all else is for what it does. Once.
    void run(const std::function<boost::asio::awaitable<void>()>& whole);

    // The first connection; with the daemon's own options: what works here works there, proxy and
    // certificates included.
    boost::asio::awaitable<result<peer_facts>> connect(const api_maker& make_api);
    // Reads the credential's files.
    result<void> read_credential();
    credential& authorised_by() { return credential_; }

    // Its target is under the API's root, its token the credential's; connects anew when HubSpot
    // has closed. Every deadline and limit of a batch holds.
    boost::asio::awaitable<api_response> ask(api_request request);
    boost::asio::awaitable<api_response> get(std::string_view target);
    api_client& api() { return *api_; }

private:
    boost::asio::io_context loop_{1}; // outlives the connections
    const settings& options_;
    credential credential_;
    std::unique_ptr<api_client> api_;
    std::unique_ptr<api_connection> connection_;
};

} // namespace hubspool
