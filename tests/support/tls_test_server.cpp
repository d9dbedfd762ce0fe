#include "support/tls_test_server.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <utility>

namespace hubspool {
namespace {

constexpr std::chrono::seconds patience(10);

void must(bool held, const char* what) {
    if (!held) {
        throw std::runtime_error(std::string("tls_test_server: ") + what);
    }
}

std::vector<std::shared_ptr<X509>> certificates_in(const std::string& pem) {
    std::vector<std::shared_ptr<X509>> found;
    BIO* bio = BIO_new_mem_buf(pem.c_str(), -1);
    while (X509* each = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr)) {
        found.emplace_back(each, X509_free);
    }
    BIO_free(bio);
    ERR_clear_error();
    return found;
}

void show(SSL_CTX* context, const test_certificate& certificate) {
    BIO* bio = BIO_new_mem_buf(certificate.key_pem.c_str(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    const auto chain = certificates_in(certificate.certificate_pem);
    bool used = !chain.empty() && SSL_CTX_use_certificate(context, chain.front().get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, key) == 1;
    for (std::size_t i = 1; i < chain.size(); ++i) {
        used = used && SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
    }
    EVP_PKEY_free(key);
    must(used, "certificate");
}

void demand(SSL_CTX* context, const std::string& authority) {
    const auto trusted = certificates_in(authority);
    must(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted.at(0).get()) == 1, "store");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    constexpr unsigned char name[] = "test";
    SSL_CTX_set_session_id_context(context, name, sizeof name); // else it resumes none of them
}

std::shared_ptr<SSL_CTX> make_context(const tls_test_server::options& options) {
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (options.tls_max != 0) {
        SSL_CTX_set_security_level(context.get(), 0); // else OpenSSL has no TLS below 1.2 to offer
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.get(), options.tls_max);
    }
    show(context.get(), options.certificate);
    if (!options.client_authority.empty()) {
        demand(context.get(), options.client_authority);
    }
    return context;
}

void prepare(int fd) {
    timeval limit{};
    limit.tv_sec = patience.count();
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    // What a script has written is on the wire, also when it resets the connection right after.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// OpenSSL writes to sockets with write(), which raises SIGPIPE in the writing thread.
void block_sigpipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::size_t content_length(const std::string& header) {
    const auto at = header.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(header.substr(at + 16));
}

} // namespace

test_peer::test_peer(tls_test_server& server, int fd, SSL* session)
    : server_(server), fd_(fd), session_(session) {
}

std::string test_peer::read_some() {
    std::array<char, 16384> room{};
    if (!unread_.empty()) {
        return std::exchange(unread_, {});
    }
    const ssize_t got = session_ != nullptr
                            ? SSL_read(session_, room.data(), static_cast<int>(room.size()))
                            : ::read(fd_, room.data(), room.size());
    if (got <= 0) {
        return {};
    }
    server_.count(static_cast<std::size_t>(got));
    return std::string(room.data(), static_cast<std::size_t>(got));
}

std::string test_peer::read_header() {
    std::string text;
    for (;;) {
        const std::string more = read_some();
        text += more;
        if (const auto end = text.find("\r\n\r\n"); end != std::string::npos) {
            unread_ = text.substr(end + 4);
            return text.substr(0, end + 4);
        }
        if (more.empty()) {
            return text;
        }
    }
}

std::string test_peer::read_request() {
    std::string text = read_header();
    const std::size_t size = text.size() + content_length(text);
    while (text.size() < size) {
        const std::string more = read_some();
        if (more.empty()) {
            break;
        }
        text += more;
    }
    if (!text.empty()) {
        server_.record(text);
    }
    return text;
}

bool test_peer::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = session_ != nullptr
                                ? SSL_write(session_, bytes.data(), static_cast<int>(bytes.size()))
                                : ::write(fd_, bytes.data(), bytes.size());
        if (put <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

void test_peer::answer(int status, std::string_view body, std::string_view more_headers) {
    std::string text = "HTTP/1.1 " + std::to_string(status) +
                       " Words\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    text += more_headers;
    text += "\r\n";
    text += body;
    write(text);
}

void test_peer::change_keys() {
    SSL_key_update(session_, SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(session_);
}

void test_peer::close_notify() {
    SSL_shutdown(session_);
}

void test_peer::half_close() {
    ::shutdown(fd_, SHUT_WR);
}

void test_peer::cut() {
    // The descriptor itself is closed by the server, lest its number is used again meanwhile.
    ::shutdown(fd_, SHUT_RDWR);
}

void test_peer::wait_for_end() {
    while (!read_some().empty()) {
    }
}

tls_test_server::tls_test_server(options opt, std::vector<script> scripts)
    : options_(std::move(opt)), scripts_(std::move(scripts)),
      context_(options_.plain ? nullptr : make_context(options_)) {
    listen();
    acceptor_ = std::thread(&tls_test_server::accept_all, this);
}

tls_test_server::~tls_test_server() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (const int fd : open_) {
            ::shutdown(fd, SHUT_RDWR);
        }
    }
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& connection : connections_) {
        connection.join();
    }
    ::close(listener_);
}

void tls_test_server::listen() {
    const bool six = options_.address.find(':') != std::string::npos;
    sockaddr_in address4{};
    sockaddr_in6 address6{};
    address4.sin_family = AF_INET;
    address6.sin6_family = AF_INET6;
    address4.sin_port = address6.sin6_port = htons(options_.port);
    must(::inet_pton(six ? AF_INET6 : AF_INET, options_.address.c_str(),
                     six ? static_cast<void*>(&address6.sin6_addr)
                         : static_cast<void*>(&address4.sin_addr)) == 1,
         "address");
    auto* address =
        six ? reinterpret_cast<sockaddr*>(&address6) : reinterpret_cast<sockaddr*>(&address4);
    socklen_t size = six ? sizeof address6 : sizeof address4;
    listener_ = ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(::bind(listener_, address, size) == 0 && ::listen(listener_, 16) == 0, "listen");
    must(::getsockname(listener_, address, &size) == 0, "getsockname");
    port_ = ntohs(six ? address6.sin6_port : address4.sin_port);
}

void tls_test_server::accept_all() {
    for (std::size_t number = 0;; ++number) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (stopping_) {
            ::close(fd);
            return;
        }
        open_.push_back(fd);
        connections_.emplace_back(&tls_test_server::serve, this, fd, number);
    }
}

void tls_test_server::serve(int fd, std::size_t number) {
    block_sigpipe();
    prepare(fd);
    SSL* session = options_.plain ? nullptr : SSL_new(context_.get());
    const bool reached = options_.connect_answer.empty() || tunnel(fd);
    if (reached && (session == nullptr || handshake(session, fd))) {
        test_peer peer(*this, fd, session);
        scripts_[std::min(number, scripts_.size() - 1)](peer);
    }
    SSL_free(session);
    ERR_clear_error();
    const std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    ::close(fd);
    ++ended_;
    ended_changed_.notify_all();
}

bool tls_test_server::tunnel(int fd) {
    std::string asked;
    for (char each = 0; !asked.ends_with("\r\n\r\n"); asked += each) {
        // Byte by byte: what follows is the target's.
        if (::read(fd, &each, 1) != 1) {
            return false;
        }
    }
    record(asked);
    const std::string& answer = options_.connect_answer;
    const bool told =
        ::write(fd, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
    constexpr std::size_t status_at = 9; // behind "HTTP/1.1 "
    return told && answer.size() > status_at && answer[status_at] == '2';
}

bool tls_test_server::handshake(SSL* session, int fd) {
    SSL_set_fd(session, fd);
    if (SSL_accept(session) != 1) {
        return false;
    }
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    const std::lock_guard lock(mutex_);
    resumptions_ += SSL_session_reused(session) == 1 ? 1 : 0;
    server_names_.emplace_back(name == nullptr ? "" : name);
    return true;
}

bool tls_test_server::wait_for_ended(std::size_t connections) {
    std::unique_lock lock(mutex_);
    return ended_changed_.wait_for(lock, patience, [&] { return ended_ >= connections; });
}

std::vector<std::string> tls_test_server::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

std::size_t tls_test_server::application_bytes() const {
    const std::lock_guard lock(mutex_);
    return application_bytes_;
}

std::vector<std::string> tls_test_server::server_names() const {
    const std::lock_guard lock(mutex_);
    return server_names_;
}

std::size_t tls_test_server::resumptions() const {
    const std::lock_guard lock(mutex_);
    return resumptions_;
}

void tls_test_server::count(std::size_t byte_count) {
    const std::lock_guard lock(mutex_);
    application_bytes_ += byte_count;
}

void tls_test_server::record(std::string request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
}

} // namespace hubspool
