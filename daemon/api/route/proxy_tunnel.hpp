// A way through a proxy: CONNECT (RFC 9110, 9.3.6), with basic credentials (RFC 7617) if there are
// any.
//
// The proxy resolves the target's name and sees nothing but it; TLS runs through the tunnel, end to
// end. Nothing of a request was sent when this fails.
#pragma once

#include "api/route/api_url.hpp"
#include "base/result.hpp"
#include "core/words/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace hubspool {

struct proxy_access {
    api_url at;
    std::string credentials_file; // api.proxy_credentials_file: USER:PASSWORD; empty: none
};

// Makes `socket`, which is connected to the proxy, one to `target`. The failure has the proxy's
// words and what to do. `through` must stay valid until it ends.
boost::asio::awaitable<result<void>> open_tunnel(boost::asio::ip::tcp::socket& socket,
                                                 const proxy_access& through, const api_url& target,
                                                 milliseconds limit);

// The value of Proxy-Authorization that the file gives; the failure names the setting.
result<std::string> proxy_authorization(const std::string& credentials_file);

} // namespace hubspool
