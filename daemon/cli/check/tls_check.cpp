#include "api/tls/client_certificate.hpp"
#include "api/tls/tls_context.hpp"
#include "cli/check/checks.hpp"

#include <fmt/core.h>

namespace hubspool {

void check_tls(const settings& options, findings& out) {
    // Without authorities nothing can be trusted, so nothing further is looked at.
    auto context = make_tls_context(options.api.ca_file, options.api.tls_min);
    if (context) {
        out.push_back(
            {finding::good, "tls",
             fmt::format("TLS {} or newer, authorities of {}", options.api.tls_min,
                         options.api.ca_file.empty() ? "the system" : options.api.ca_file)});
    } else {
        out.push_back({finding::error, "tls", context.error().message});
        return;
    }
    // A renewed certificate shows here before the daemon needs it.
    client_certificate ours(options.api.client_cert_file, options.api.client_key_file);
    if (const auto read = ours.refresh(context->native_handle()); !read) {
        out.push_back({finding::error, "tls", read.error().message});
    } else if (const auto valid = ours.is_valid_now(); !valid) {
        // It runs, and takes a renewed one as soon as that is there.
        out.push_back({finding::warning, "tls", "nothing is sent: " + valid.error().message});
    } else if (*read) {
        out.push_back({finding::good, "tls", "a certificate to show: " + ours.description()});
    }
}

} // namespace hubspool
