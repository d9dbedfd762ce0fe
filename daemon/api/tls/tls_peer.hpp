// The identity we demand of the server, and the words when a handshake fails.
//
// The handshake's error alone says "certificate verify failed"; why is known only while the chain
// is verified, so that is watched and kept.
#pragma once

#include "api/route/api_url.hpp"

#include <boost/system/error_code.hpp>

#include <openssl/types.h>

#include <string>

namespace hubspool {

// The sentence for an alert by which a server refuses us for our certificate, or for having none;
// empty when `ec` is something else. In TLS 1.3 it comes after the handshake, in place of an
// answer.
std::string why_we_are_refused(const boost::system::error_code& ec, const api_url& url,
                               const std::string& client_certificate_file);

class tls_peer {
public:
    // `client_certificate_file`: of the certificate we show, empty when we have none.
    tls_peer(const api_url& url, std::string tls_min, std::string client_certificate_file);

    // Sets the server name to ask for and the name or address its certificate must carry.
    result<void> demand_of(SSL* session) const;
    // To be called by the verify callback; the verdict is passed on unchanged.
    bool observe(bool preverified, X509_STORE_CTX* chain);
    // The sentence for a handshake that ended with `ec`.
    std::string explain(const boost::system::error_code& ec) const;

private:
    std::string explain_certificate() const;

    api_url url_;
    std::string tls_min_;
    std::string client_certificate_file_;
    // Of the first certificate that was refused.
    int fault_ = 0; // X509_V_..., 0 for none
    int depth_ = 0; // 0: the server's own
    std::string subject_;
    std::string issuer_;
    std::string names_;
    std::string not_before_;
    std::string not_after_;
};

} // namespace hubspool
