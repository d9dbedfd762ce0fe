// TLS sessions that the server has offered for resumption, so that a reconnect costs one round trip
// less and no certificates.
//
// A ticket of TLS 1.3 is used once (RFC 8446, C.4), an older session again and again. The chain is
// not verified anew on a resumption: it was when the session began, for the same host and trust
// store. No early data is ever sent.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace hubspool {

class tls_sessions {
public:
    // Begins to collect what the connections of `context` are offered. The object lives as long as
    // the context, which connections share.
    static tls_sessions& of(SSL_CTX* context);

    // Lets `session`, before its handshake, resume the newest one that is left, if any.
    void resume(SSL* session);
    // For when the other side might know us by another certificate now.
    void forget();

private:
    struct release {
        void operator()(SSL_SESSION* session) const;
    };
    static int offered(SSL* from, SSL_SESSION* session);

    static constexpr std::size_t kept_max = 8;
    // Copies, and only copies are given to connections: OpenSSL spoils the session of a connection
    // that ends without a farewell. The newest is at the end.
    using session_ptr = std::unique_ptr<SSL_SESSION, release>;
    std::vector<session_ptr> kept_;
};

} // namespace hubspool
