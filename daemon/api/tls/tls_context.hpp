// What we demand of any TLS peer: the trust store and the least version.
#pragma once

#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <string>

namespace hubspool {

// `ca_file` replaces the system's store when it is not empty; `tls_min` is "1.2" or "1.3". The
// peer's chain is always verified. The failure names the setting.
result<boost::asio::ssl::context> make_tls_context(const std::string& ca_file,
                                                   const std::string& tls_min);

} // namespace hubspool
