#include "support/test_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <stdexcept>

namespace hubspool {
namespace {

using key_ptr = std::shared_ptr<EVP_PKEY>;
using certificate_ptr = std::shared_ptr<X509>;

void must_sign(bool held, const char* what) {
    if (!held) {
        throw std::runtime_error(std::string("test certificate: ") + what);
    }
}

key_ptr make_key() {
    key_ptr key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    must_sign(key != nullptr, "key");
    return key;
}

std::string text_in(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

std::string pem_of(X509* certificate) {
    BIO* bio = BIO_new(BIO_s_mem());
    must_sign(PEM_write_bio_X509(bio, certificate) == 1, "PEM");
    return text_in(bio);
}

std::string pem_of(EVP_PKEY* key) {
    BIO* bio = BIO_new(BIO_s_mem());
    must_sign(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
              "PEM");
    return text_in(bio);
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    must_sign(extension != nullptr, value.c_str());
    must_sign(X509_add_ext(certificate, extension, -1) == 1, value.c_str());
    X509_EXTENSION_free(extension);
}

std::string alternative_names(const certificate_wish& wish) {
    std::string text;
    for (const std::string& name : wish.names) {
        text += (text.empty() ? "DNS:" : ",DNS:") + name;
    }
    for (const std::string& address : wish.addresses) {
        text += (text.empty() ? "IP:" : ",IP:") + address;
    }
    return text;
}

certificate_ptr draft(const certificate_wish& wish, EVP_PKEY* key) {
    certificate_ptr certificate(X509_new(), X509_free);
    must_sign(certificate != nullptr, "certificate");
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
    const std::chrono::seconds from = wish.valid_from;
    const std::chrono::seconds to = wish.valid_to;
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to.count());
    X509_set_pubkey(certificate.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                               -1, 0);
    return certificate;
}

void sign(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    extend(certificate, issuer, NID_subject_key_identifier, "hash");
    must_sign(X509_sign(certificate, issuer_key, EVP_sha256()) > 0, "signature");
}

} // namespace

certificate_authority::certificate_authority(const std::string& name,
                                             const certificate_authority* above)
    : key_(make_key()) {
    certificate_wish wish;
    wish.common_name = name;
    certificate_ = draft(wish, key_.get());
    extend(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(certificate_.get(), above == nullptr ? certificate_.get() : above->certificate_.get(),
         above == nullptr ? key_.get() : above->key_.get());
    certificate_pem_ = pem_of(certificate_.get());
}

test_certificate certificate_authority::issue(const certificate_wish& wish) const {
    const key_ptr key = make_key();
    const certificate_ptr certificate = draft(wish, key.get());
    extend(certificate.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
    if (const std::string names = alternative_names(wish); !names.empty()) {
        extend(certificate.get(), certificate_.get(), NID_subject_alt_name, names);
    }
    sign(certificate.get(), certificate_.get(), key_.get());
    return {pem_of(certificate.get()), pem_of(key.get())};
}

test_certificate self_signed_certificate(const certificate_wish& wish) {
    const key_ptr key = make_key();
    const certificate_ptr certificate = draft(wish, key.get());
    if (const std::string names = alternative_names(wish); !names.empty()) {
        extend(certificate.get(), certificate.get(), NID_subject_alt_name, names);
    }
    sign(certificate.get(), certificate.get(), key.get());
    return {pem_of(certificate.get()), pem_of(key.get())};
}

std::string encrypted(const std::string& key_pem, const std::string& passphrase) {
    BIO* bio = BIO_new_mem_buf(key_pem.c_str(), -1);
    const key_ptr key(PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr), EVP_PKEY_free);
    BIO_free(bio);
    must_sign(key != nullptr, "key");
    bio = BIO_new(BIO_s_mem());
    must_sign(PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_128_cbc(), passphrase.data(),
                                            static_cast<int>(passphrase.size()), nullptr,
                                            nullptr) == 1,
              "PEM");
    return text_in(bio);
}

} // namespace hubspool
