// Certificates made while the test runs, so that none expires in the repository.
// Failures throw std::runtime_error. Any thread.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hubspool {

struct test_certificate {
    std::string certificate_pem;
    std::string key_pem;
};

struct certificate_wish {
    std::string common_name = "test server";
    std::vector<std::string> names;     // DNS
    std::vector<std::string> addresses; // IP
    // From now.
    std::chrono::hours valid_from{-24};
    std::chrono::hours valid_to{24};
};

class certificate_authority {
public:
    // Signed by `above`, or by itself.
    explicit certificate_authority(const std::string& name,
                                   const certificate_authority* above = nullptr);

    const std::string& certificate_pem() const { return certificate_pem_; }
    test_certificate issue(const certificate_wish& wish) const;

private:
    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> certificate_;
    std::string certificate_pem_;
};

test_certificate self_signed_certificate(const certificate_wish& wish);

std::string encrypted(const std::string& key_pem, const std::string& passphrase);

} // namespace hubspool
