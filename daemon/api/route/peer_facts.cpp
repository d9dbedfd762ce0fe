#include "api/route/peer_facts.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

namespace hubspool {
namespace {

std::string text_of(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
    const char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

} // namespace

peer_facts describe_peer(const SSL* session, std::string address) {
    peer_facts facts;
    facts.address = std::move(address);
    facts.tls = SSL_get_version(session);
    // Without a certificate there was no handshake to speak of.
    const X509* const certificate = SSL_get0_peer_certificate(session);
    if (certificate == nullptr) {
        return facts;
    }
    facts.issuer = text_of(X509_get_issuer_name(certificate));
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) {
        facts.expires = wall_time(std::chrono::seconds(::timegm(&end)));
    }
    return facts;
}

} // namespace hubspool
