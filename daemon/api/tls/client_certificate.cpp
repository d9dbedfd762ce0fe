#include "api/tls/client_certificate.hpp"

#include "api/credential/credential_file.hpp"
#include "api/tls/certificate_text.hpp"
#include "base/log.hpp"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <utility>

namespace hubspool {
namespace {

constexpr const char* certificate_setting = "api.client_cert_file";
constexpr const char* key_setting = "api.client_key_file";

struct release {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
template <class T>
using owned = std::unique_ptr<T, release>;

owned<BIO> reader_of(const std::string& text) {
    return owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would ask the terminal.
int no_passphrase(char*, int, int, void*) {
    return 0;
}

struct identity {
    owned<X509> certificate;
    owned<STACK_OF(X509)> chain;
    owned<EVP_PKEY> key;
};

result<identity> read_identity(const std::string& certificate_file, const std::string& key_file) {
    identity read;
    const auto text = read_public_file(certificate_setting, certificate_file);
    if (!text) {
        return text.error();
    }
    // First our own certificate, then the intermediates, as servers want them sent.
    const owned<BIO> certificates = reader_of(*text);
    read.certificate.reset(PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr));
    if (!read.certificate) {
        return failure{fmt::format("{}: {} holds no certificate; it must be PEM, with -----BEGIN "
                                   "CERTIFICATE----- lines",
                                   certificate_setting, certificate_file)};
    }
    read.chain.reset(sk_X509_new_null());
    // Reads on until no further certificate follows.
    while (X509* more = PEM_read_bio_X509(certificates.get(), nullptr, no_passphrase, nullptr)) {
        sk_X509_push(read.chain.get(), more);
    }
    const auto secret = read_secret_file(key_setting, key_file);
    if (!secret) {
        return secret.error();
    }
    const owned<BIO> keys = reader_of(*secret);
    read.key.reset(PEM_read_bio_PrivateKey(keys.get(), nullptr, no_passphrase, nullptr));
    if (!read.key) {
        return failure{
            fmt::format("{}: {} holds no private key that can be read; it must be PEM, "
                        "without a passphrase (openssl pkey -in OLD -out NEW removes it)",
                        key_setting, key_file)};
    }
    return read;
}

} // namespace

void client_certificate::release::operator()(X509* certificate) const {
    X509_free(certificate);
}

client_certificate::client_certificate(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {
}

client_certificate::~client_certificate() = default;

result<bool> client_certificate::refresh(SSL_CTX* context) {
    if (certificate_file_.empty() && key_file_.empty()) {
        return false;
    }
    // One without the other is a mistake that would show only when a gateway refuses us.
    if (certificate_file_.empty() || key_file_.empty()) {
        return failure{fmt::format("{} is set without {}: write that too, or remove this",
                                   key_file_.empty() ? certificate_setting : key_setting,
                                   key_file_.empty() ? key_setting : certificate_setting)};
    }
    std::string identity = file_identity(certificate_file_) + ' ' + file_identity(key_file_);
    // These very files were tried: nothing has changed.
    if (identity == tried_) {
        return false;
    }
    const result<void> loaded = load(context);
    // While one serves, files that failed are not tried again before they change. Without one each
    // try tells what is wrong.
    if (loaded || certificate_) {
        tried_ = std::move(identity);
    }
    // A renewal in the middle of being written: the pair before serves until both files belong
    // together.
    if (!loaded && certificate_) {
        log::warning("the client certificate has changed and cannot be used; the one before it "
                     "still serves",
                     {{"reason", loaded.error().message}});
        return false;
    }
    return loaded ? result<bool>(true) : result<bool>(loaded.error());
}

result<void> client_certificate::load(SSL_CTX* context) {
    auto read = read_identity(certificate_file_, key_file_);
    if (!read) {
        // Left there, OpenSSL's next caller would take these errors for its own.
        ERR_clear_error();
        return read.error();
    }
    // All of it or nothing: a key that does not belong to the certificate changes nothing.
    if (SSL_CTX_use_cert_and_key(context, read->certificate.get(), read->key.get(),
                                 read->chain.get(), 1) != 1) {
        ERR_clear_error();
        return failure{
            fmt::format("{}: the key in {} does not belong to the certificate in {}; write "
                        "both files anew, from the same pair",
                        key_setting, key_file_, certificate_file_)};
    }
    // Kept for its dates, which are told before a server refuses it.
    certificate_.reset(read->certificate.release());
    return {};
}

result<void> client_certificate::is_valid_now() const {
    if (!certificate_) {
        return {};
    }
    if (X509_cmp_current_time(X509_get0_notAfter(certificate_.get())) <= 0) {
        return failure{fmt::format("{}: the certificate in {} has expired ({}); renew it, or check "
                                   "this machine's clock",
                                   certificate_setting, certificate_file_,
                                   day_text(X509_get0_notAfter(certificate_.get())))};
    }
    if (X509_cmp_current_time(X509_get0_notBefore(certificate_.get())) > 0) {
        return failure{fmt::format("{}: the certificate in {} is not valid before {}; check this "
                                   "machine's clock",
                                   certificate_setting, certificate_file_,
                                   day_text(X509_get0_notBefore(certificate_.get())))};
    }
    return {};
}

std::string client_certificate::description() const {
    return certificate_ ? fmt::format("{}, valid until {}",
                                      name_text(X509_get_subject_name(certificate_.get())),
                                      day_text(X509_get0_notAfter(certificate_.get())))
                        : std::string();
}

} // namespace hubspool
