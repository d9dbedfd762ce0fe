// Whom a connection is with.
#pragma once

#include "core/words/time.hpp"

#include <openssl/types.h>

#include <string>

namespace hubspool {

struct peer_facts {
    std::string address; // 192.0.2.1:443
    std::string tls;     // "TLSv1.3"
    std::string issuer;  // of its certificate: "CN=...,O=..."
    wall_time expires;   // its certificate
};

// Of a session whose handshake is done; `address` is the caller's.
peer_facts describe_peer(const SSL* session, std::string address);

} // namespace hubspool
