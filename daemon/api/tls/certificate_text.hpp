// Parts of a certificate as a person reads them.
#pragma once

#include <openssl/types.h>

#include <string>

namespace hubspool {

std::string name_text(const X509_NAME* name); // "CN=api.hubapi.com,O=...", at most 300 bytes
std::string
host_names_text(const X509* certificate);  // "DNS:a.example, IP Address:::1", or the subject
std::string day_text(const ASN1_TIME* at); // 2026-11-23

} // namespace hubspool
