#include "api/tls/tls_sessions.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include <utility>

namespace hubspool {
namespace {

void destroy(void*, void* object, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<tls_sessions*>(object);
}

// Where a context keeps its tls_sessions.
int place() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, destroy);
    return index;
}

} // namespace

void tls_sessions::release::operator()(SSL_SESSION* session) const {
    SSL_SESSION_free(session);
}

tls_sessions& tls_sessions::of(SSL_CTX* context) {
    // One per context: connections share what they were offered.
    if (void* there = SSL_CTX_get_ex_data(context, place()); there != nullptr) {
        return *static_cast<tls_sessions*>(there);
    }
    auto made = std::make_unique<tls_sessions>();
    SSL_CTX_set_ex_data(context, place(), made.get());
    // OpenSSL's own store is off: sessions are kept here, where the newest can be found.
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, offered);
    return *made.release(); // the context's now
}

int tls_sessions::offered(SSL* from, SSL_SESSION* session) {
    tls_sessions& here = of(SSL_get_SSL_CTX(from));
    // The oldest goes first: it is the next to expire.
    if (here.kept_.size() == kept_max) {
        here.kept_.erase(here.kept_.begin());
    }
    here.kept_.emplace_back(SSL_SESSION_dup(session));
    return 0; // `session` stays OpenSSL's
}

void tls_sessions::resume(SSL* session) {
    if (kept_.empty()) {
        return;
    }
    const session_ptr copy(SSL_SESSION_dup(kept_.back().get()));
    // RFC 8446 appendix C.4: a ticket that is used twice lets others link both connections.
    if (SSL_SESSION_get_protocol_version(copy.get()) >= TLS1_3_VERSION) {
        kept_.pop_back();
    }
    SSL_set_session(session, copy.get()); // one that is too old leads to a full handshake
    ERR_clear_error();
}

void tls_sessions::forget() {
    kept_.clear();
}

} // namespace hubspool
