#include "api/tls/certificate_text.hpp"

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace hubspool {
namespace {

struct bio_free {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using bio_ptr = std::unique_ptr<BIO, bio_free>;

std::string text_in(const bio_ptr& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    constexpr long size_max = 300; // a certificate is the peer's, and may be of any size
    return size <= 0 ? std::string()
                     : std::string(data, static_cast<std::size_t>(std::min(size, size_max)));
}

} // namespace

std::string name_text(const X509_NAME* name) {
    const bio_ptr bio(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
    return text_in(bio);
}

std::string host_names_text(const X509* certificate) {
    // Names stand in this extension (RFC 6125); the subject is the fallback of old certificates.
    auto* names = static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
    const bio_ptr bio(BIO_new(BIO_s_mem()));
    constexpr int names_max = 5;
    for (int i = 0; i < std::min(sk_GENERAL_NAME_num(names), names_max); ++i) {
        BIO_puts(bio.get(), i == 0 ? "" : ", ");
        GENERAL_NAME_print(bio.get(), sk_GENERAL_NAME_value(names, i));
    }
    GENERAL_NAMES_free(names);
    // A certificate without names: the subject is better than nothing.
    const std::string text = text_in(bio);
    return text.empty() ? name_text(X509_get_subject_name(certificate)) : text;
}

std::string day_text(const ASN1_TIME* at) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(at, &parts) != 1) {
        return "an unreadable date";
    }
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

} // namespace hubspool
