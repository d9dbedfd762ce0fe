// One connection to HubSpot, and what is asked on it. Loop thread only; it must outlive its
// operations.
#pragma once

#include "api/route/peer_facts.hpp"
#include "core/answers/api_response.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string_view>

namespace hubspool {

// What to ask for. The views must stay valid until the exchange has ended.
struct api_request {
    std::string_view method;
    std::string_view target;       // path and query, without white space
    std::string_view token;        // for Authorization: Bearer; empty: none is sent
    std::string_view content_type; // of the body
    std::string_view body;         // empty: none, and no content type
};

class api_connection {
public:
    virtual ~api_connection() = default;

    // False once the server has closed it, or an exchange went wrong; it is of no use then.
    virtual bool is_open() const = 0;
    // Open between two exchanges, and nothing has come since the answer, not even its end. Asks the
    // socket: a close that came with the answer is seen here before the loop has its turn.
    virtual bool is_quiet() const = 0;
    virtual peer_facts peer() const = 0;
    // Sends the request and reads the whole answer. Never throws; what went wrong is in the
    // response. One exchange at a time.
    virtual boost::asio::awaitable<api_response> exchange(api_request request) = 0;
    // Calls back (once, on the loop, never from within this call) when the server closes the idle
    // connection, also when it has done so already. Not after abort(), nor for a close that an
    // exchange ended in: its caller sees is_open().
    virtual void on_close(std::function<void()> callback) = 0;
    // Closes at once; an exchange under way ends as unanswered.
    virtual void abort() = 0;
};

} // namespace hubspool
