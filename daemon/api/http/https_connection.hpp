// One connection over TLS, ready for requests: an exchange at a time, and a pending read between
// them.
#pragma once

#include "api/http/api_connection.hpp"
#include "api/http/api_setup.hpp"
#include "api/tls/tls_stream.hpp"

#include <memory>

namespace hubspool {

// Takes a stream whose handshake is done. The connection may be destroyed while it is idle.
std::unique_ptr<api_connection> make_https_connection(tls_stream stream,
                                                      std::shared_ptr<const api_setup> setup);

} // namespace hubspool
