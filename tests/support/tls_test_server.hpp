// A TLS server on the loopback that does to each connection what a script says, byte by byte.
//
// Each connection runs its script on a thread of its own with blocking calls; no call blocks longer
// than 10 s, and the destructor ends them all. What came in is recorded. Scripts must not touch the
// test's objects without a lock of their own.
#pragma once

#include "support/test_certificates.hpp"

#include <openssl/types.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hubspool {

class tls_test_server;

// The server's end of one connection. Calls do nothing any more once the connection is at its end.
class test_peer {
public:
    test_peer(tls_test_server& server, int fd, SSL* session);

    std::string read_some();            // empty at the end
    std::string read_header();          // up to the empty line
    std::string read_request();         // header and body, by Content-Length; recorded
    bool write(std::string_view bytes); // false when the client has gone
    void answer(int status, std::string_view body, std::string_view more_headers = {});
    void change_keys();  // of both directions (TLS 1.3)
    void close_notify(); // ends the TLS stream in due form, not the TCP connection
    void half_close();   // ends our direction of the TCP connection, without a word of TLS
    void cut();          // ends the TCP connection; by a reset when something is unread
    void wait_for_end(); // reads until the client has gone

private:
    tls_test_server& server_;
    int fd_;
    SSL* session_; // null: no TLS
    std::string unread_;
};

class tls_test_server {
public:
    using script = std::function<void(test_peer&)>;

    struct options {
        test_certificate certificate; // with the intermediates to show, one PEM after the other
        std::string client_authority; // PEM: clients must show a certificate of it; empty: none
        std::string address = "127.0.0.1"; // or ::1
        std::uint16_t port = 0;            // 0: any that is free
        int tls_max = 0;                   // TLS1_1_VERSION, ...; 0: the newest
        bool plain = false;                // no TLS at all
        // As a proxy: each connection begins with a CONNECT in the clear, which is recorded and
        // answered so. With a 200 it goes on as the target; else it ends.
        std::string connect_answer;
    };

    // The n-th connection runs the n-th script, all later ones the last.
    tls_test_server(options opt, std::vector<script> scripts);
    ~tls_test_server();
    tls_test_server(const tls_test_server&) = delete;
    tls_test_server& operator=(const tls_test_server&) = delete;

    std::uint16_t port() const { return port_; }

    // Waits (10 s at most) until so many connections have ended; false when they have not.
    bool wait_for_ended(std::size_t connections);
    std::vector<std::string> requests() const;
    std::size_t application_bytes() const;         // decrypted, of all connections
    std::vector<std::string> server_names() const; // asked for, one a handshake; empty for none
    std::size_t resumptions() const;               // handshakes that resumed a session

private:
    friend class test_peer;

    void listen();
    void accept_all();
    void serve(int fd, std::size_t number);
    bool tunnel(int fd);
    bool handshake(SSL* session, int fd);
    void count(std::size_t byte_count);
    void record(std::string request);

    options options_;
    std::vector<script> scripts_;
    std::shared_ptr<SSL_CTX> context_;
    int listener_ = -1;
    std::uint16_t port_ = 0;

    mutable std::mutex mutex_; // guards all below
    std::condition_variable ended_changed_;
    std::vector<int> open_;
    std::size_t ended_ = 0;
    std::vector<std::string> requests_;
    std::size_t application_bytes_ = 0;
    std::vector<std::string> server_names_;
    std::size_t resumptions_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> connections_;
    std::thread acceptor_;
};

} // namespace hubspool
