#include "api/tls/tls_peer.hpp"

#include "api/tls/certificate_text.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace hubspool {
namespace {

namespace asio = boost::asio;

struct sentence {
    int code;
    const char* text;
};

// A server that leaves out an intermediate cannot be told from one of an unknown authority.
constexpr const char* unknown_issuer =
    "{whose} is signed by an authority we do not trust (issuer {issuer}); set api.ca_file to that "
    "authority's certificate, or install ca-certificates for public ones; if it is an intermediate "
    "authority, the server must send its certificate too";

// {whose}: "the certificate of HOST", or of an authority in its chain.
constexpr sentence certificate_faults[] = {
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, unknown_issuer},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, unknown_issuer},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, unknown_issuer},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "the chain of {host} ends in an authority we do not trust ({subject}); set api.ca_file to "
     "that authority's certificate if it is yours"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "{whose} is self-signed ({subject}); set api.ca_file to it if it is yours, else something "
     "stands between us and {host}"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE,
     "{whose} is not signed by the authority it names (issuer {issuer}); api.ca_file may hold an "
     "older certificate of that authority"},
    {X509_V_ERR_CERT_HAS_EXPIRED,
     "{whose} has expired ({not_after}); check this machine's clock, else it must be renewed"},
    {X509_V_ERR_CERT_NOT_YET_VALID,
     "{whose} is not valid before {not_before}; check this machine's clock"},
    {X509_V_ERR_HOSTNAME_MISMATCH,
     "{whose} is for other names ({names}); check api.url, else something stands between us and "
     "{host}"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH,
     "{whose} is not for this address but for {names}; write a name it carries into api.url"},
};

constexpr const char* too_old = "{host} offers only TLS below {tls_min}; it must be updated, or "
                                "something stands between us and it";
constexpr const char* no_tls = "{place} does not speak TLS; check host and port in api.url";
// By OpenSSL's reason.
constexpr sentence handshake_faults[] = {
    {SSL_R_UNSUPPORTED_PROTOCOL, too_old},  {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, too_old},
    {SSL_R_WRONG_VERSION_NUMBER, no_tls},   {SSL_R_WRONG_SSL_VERSION, no_tls},
    {SSL_R_UNKNOWN_PROTOCOL, no_tls},       {SSL_R_HTTP_REQUEST, no_tls},
    {SSL_R_PACKET_LENGTH_TOO_LONG, no_tls}, {SSL_R_ENCRYPTED_LENGTH_TOO_LONG, no_tls},
    {SSL_R_BAD_RECORD_TYPE, no_tls},
};

// How a server says that it does not want us.
constexpr int client_faults[] = {
    SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
    SSL_R_SSLV3_ALERT_NO_CERTIFICATE,        SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
    SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,   SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
    SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,   SSL_R_TLSV1_ALERT_UNKNOWN_CA,
    SSL_R_TLSV1_ALERT_ACCESS_DENIED,
};

template <std::size_t N>
const char* text_of(const sentence (&table)[N], int code) {
    const auto* found = std::find_if(std::begin(table), std::end(table),
                                     [code](const sentence& row) { return row.code == code; });
    return found == std::end(table) ? nullptr : found->text;
}

} // namespace

tls_peer::tls_peer(const api_url& url, std::string tls_min, std::string client_certificate_file)
    : url_(url), tls_min_(std::move(tls_min)),
      client_certificate_file_(std::move(client_certificate_file)) {
}

result<void> tls_peer::demand_of(SSL* session) const {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session);
    // A wildcard stands for a whole label only.
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // RFC 6066: an address is not a server name.
    const bool set = url_.is_address
                         ? X509_VERIFY_PARAM_set1_ip_asc(wanted, url_.host.c_str()) == 1
                         : X509_VERIFY_PARAM_set1_host(wanted, url_.host.c_str(), 0) == 1 &&
                               SSL_set_tlsext_host_name(session, url_.host.c_str()) == 1;
    if (!set) {
        ERR_clear_error();
        return failure{
            fmt::format("TLS: \"{}\" cannot be verified as a host name; check api.url", url_.host)};
    }
    return {};
}

bool tls_peer::observe(bool preverified, X509_STORE_CTX* chain) {
    const X509* certificate = X509_STORE_CTX_get_current_cert(chain);
    // Only the first fault is kept: what comes after follows from it.
    if (preverified || fault_ != 0 || certificate == nullptr) {
        return preverified;
    }
    fault_ = X509_STORE_CTX_get_error(chain);
    depth_ = X509_STORE_CTX_get_error_depth(chain);
    subject_ = name_text(X509_get_subject_name(certificate));
    issuer_ = name_text(X509_get_issuer_name(certificate));
    names_ = host_names_text(certificate);
    not_before_ = day_text(X509_get0_notBefore(certificate));
    not_after_ = day_text(X509_get0_notAfter(certificate));
    return false;
}

std::string tls_peer::explain_certificate() const {
    const char* text = text_of(certificate_faults, fault_);
    // Depth 0 is the server's own certificate, above it stand its authorities.
    const std::string whose =
        depth_ == 0
            ? "the certificate of " + url_.host
            : fmt::format("the certificate of {}, in the chain of {},", subject_, url_.host);
    if (text == nullptr) {
        return fmt::format("TLS: {} is refused: {}", whose, X509_verify_cert_error_string(fault_));
    }
    return "TLS: " + fmt::format(fmt::runtime(text), fmt::arg("whose", whose),
                                 fmt::arg("host", url_.host), fmt::arg("subject", subject_),
                                 fmt::arg("issuer", issuer_), fmt::arg("names", names_),
                                 fmt::arg("not_before", not_before_),
                                 fmt::arg("not_after", not_after_));
}

std::string why_we_are_refused(const boost::system::error_code& ec, const api_url& url,
                               const std::string& certificate_file) {
    // An alert is an OpenSSL error with a reason of its own.
    const int reason = ERR_GET_REASON(static_cast<unsigned long>(ec.value()));
    if (ec.category() != asio::error::get_ssl_category() ||
        std::find(std::begin(client_faults), std::end(client_faults), reason) ==
            std::end(client_faults)) {
        return {};
    }
    if (certificate_file.empty()) {
        return fmt::format("TLS: {} demands a client certificate; set api.client_cert_file and "
                           "api.client_key_file, or check api.url",
                           url.host);
    }
    return fmt::format("TLS: {} refuses our client certificate ({}); check with whoever runs it "
                       "what it accepts, and api.client_cert_file ({})",
                       url.host, ec.message(), certificate_file);
}

std::string tls_peer::explain(const boost::system::error_code& ec) const {
    // The chain's own fault is the cause; the error of the handshake only repeats it.
    if (fault_ != 0) {
        return explain_certificate();
    }
    if (std::string refused = why_we_are_refused(ec, url_, client_certificate_file_);
        !refused.empty()) {
        return refused;
    }
    if (ec.category() == asio::error::get_ssl_category()) {
        const auto code = static_cast<unsigned long>(ec.value());
        if (const char* text = text_of(handshake_faults, ERR_GET_REASON(code)); text != nullptr) {
            return "TLS: " + fmt::format(fmt::runtime(text), fmt::arg("host", url_.host),
                                         fmt::arg("place", url_.place()),
                                         fmt::arg("tls_min", tls_min_));
        }
    }
    // A firewall or a proxy that dislikes TLS just hangs up.
    if (ec == asio::error::eof || ec == asio::ssl::error::stream_truncated ||
        ec == asio::error::connection_reset) {
        return fmt::format(
            "TLS: {} closed the connection during the handshake; check host and port "
            "in api.url, else a firewall or proxy may have cut it",
            url_.place());
    }
    return fmt::format("TLS: the handshake with {} failed: {}", url_.place(), ec.message());
}

} // namespace hubspool
