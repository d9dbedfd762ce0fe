#include "api/tls/tls_context.hpp"

#include <boost/system/error_code.hpp>

#include <fmt/core.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <system_error>

namespace hubspool {
namespace {

namespace ssl = boost::asio::ssl;

// OpenSSL has read the file by now, and looks into the directory when it meets a certificate.
bool has_authorities(SSL_CTX* context) {
    // Debian's ca-certificates is a directory of links and a file; either one will do.
    const auto* const read = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
    if (sk_X509_OBJECT_num(read) > 0) {
        return true;
    }
    // OpenSSL's own environment variables are honoured (SSL_CERT_DIR).
    const char* const named = ::secure_getenv(X509_get_default_cert_dir_env());
    std::istringstream directories(named == nullptr ? X509_get_default_cert_dir() : named);
    for (std::string directory; std::getline(directories, directory, ':');) {
        std::error_code ec;
        if (!std::filesystem::is_empty(directory, ec) && !ec) {
            return true;
        }
    }
    return false;
}

result<void> trust(ssl::context& context, const std::string& ca_file) {
    boost::system::error_code ec;
    if (ca_file.empty()) {
        context.set_default_verify_paths(ec);
        if (ec) {
            return failure{fmt::format("TLS: the system's trust store cannot be used ({}); install "
                                       "ca-certificates or set api.ca_file",
                                       ec.message())};
        }
        // Without any authority each handshake would fail with words that point at HubSpot.
        if (!has_authorities(context.native_handle())) {
            return failure{fmt::format("TLS: this machine has no authorities to trust ({} is "
                                       "missing or empty, and so is {}); install ca-certificates "
                                       "or set api.ca_file",
                                       X509_get_default_cert_file(), X509_get_default_cert_dir())};
        }
        return {};
    }
    if (::access(ca_file.c_str(), R_OK) != 0) {
        const int code = errno;
        return failure{fmt::format("api.ca_file: {} cannot be read: {}", ca_file,
                                   std::generic_category().message(code)),
                       code};
    }
    context.load_verify_file(ca_file, ec);
    if (ec) {
        return failure{fmt::format(
            "api.ca_file: {} holds no usable certificate ({}); it must be PEM, with -----BEGIN "
            "CERTIFICATE----- lines",
            ca_file, ec.message())};
    }
    // What the operator put into that file is trusted as it is, also when it is an intermediate.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()),
                                X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

} // namespace

result<ssl::context> make_tls_context(const std::string& ca_file, const std::string& tls_min) {
    if (tls_min != "1.2" && tls_min != "1.3") {
        return failure{fmt::format("api.tls_min: \"{}\" is not offered; use 1.2 or 1.3", tls_min)};
    }
    ssl::context context(ssl::context::tls_client);
    SSL_CTX* native = context.native_handle();
    // 1.0 and 1.1 are not offered (RFC 8996).
    if (SSL_CTX_set_min_proto_version(native, tls_min == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION) !=
        1) {
        return failure{
            fmt::format("api.tls_min: OpenSSL refuses {} as the least version", tls_min)};
    }
    // A renegotiation would make a write wait for a read, while our reads are always pending.
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF); // what is kept, tls_sessions says
    // Never switched off: without it whoever stands between could read the token.
    context.set_verify_mode(ssl::verify_peer);
    if (auto trusted = trust(context, ca_file); !trusted) {
        return trusted.error();
    }
    return context;
}

} // namespace hubspool
