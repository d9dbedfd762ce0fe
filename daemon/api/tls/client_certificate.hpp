// The certificate that we show to a server, or to a gateway before it, that asks for one.
//
// Read from api.client_cert_file (PEM: ours, then the intermediates) and api.client_key_file (PEM,
// without a passphrase). Both are looked at before each connection, and taken when they have
// changed; while a changed pair cannot be used the one before it serves. Loop thread only.
#pragma once

#include "base/result.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>

namespace hubspool {

class client_certificate {
public:
    // Both empty: there is none, and nothing below does anything.
    client_certificate(std::string certificate_file, std::string key_file);
    ~client_certificate();

    // Puts what the files hold into `context`, when that has changed since; true when it did. Fails
    // when there is no usable pair.
    result<bool> refresh(SSL_CTX* context);
    // Fails when the certificate has expired, or is not valid yet.
    result<void> is_valid_now() const;

    std::string description() const; // "CN=..., valid until 2027-01-31"; empty when there is none

private:
    struct release {
        void operator()(X509* certificate) const;
    };

    result<void> load(SSL_CTX* context);

    std::string certificate_file_;
    std::string key_file_;
    std::string tried_; // identities of both files at the last load, if there is a pair since
    std::unique_ptr<X509, release> certificate_; // the one in use
};

} // namespace hubspool
