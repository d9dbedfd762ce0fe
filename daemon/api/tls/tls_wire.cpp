#include "api/tls/tls_wire.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>

#include <climits>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

struct tls_wire::memory {
    static tls_wire& of(BIO* bio) { return *static_cast<tls_wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int most) {
        tls_wire& wire = of(bio);
        BIO_clear_retry_flags(bio);
        // Nothing there: OpenSSL is told to ask again, not that the stream ended.
        if (wire.begin_ == wire.end_) {
            BIO_set_retry_read(bio);
            return -1;
        }
        const std::size_t n = std::min(static_cast<std::size_t>(most), wire.end_ - wire.begin_);
        std::memcpy(into, wire.received_.get() + wire.begin_, n);
        wire.begin_ += n;
        return static_cast<int>(n);
    }
    static int write(BIO* bio, const char* from, int size) {
        BIO_clear_retry_flags(bio);
        // Without a request under way only a server that wants answer after answer comes so far.
        if (of(bio).encrypted_.size() > 4 * piece_bytes) return -1;
        of(bio).encrypted_.append(from, static_cast<std::size_t>(size));
        return size;
    }
    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH; }

    static BIO* make(tls_wire& wire) {
        static BIO_METHOD* const method = [] {
            BIO_METHOD* const made =
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of tls_wire");
            BIO_meth_set_read(made, read);
            BIO_meth_set_write(made, write);
            BIO_meth_set_ctrl(made, control);
            return made;
        }();
        BIO* const bio = BIO_new(method);
        BIO_set_data(bio, &wire);
        BIO_set_init(bio, 1);
        return bio;
    }
};

tls_wire::tls_wire(tls_stream& stream)
    : stream_(stream), session_(stream.native_handle()),
      received_(std::make_unique_for_overwrite<char[]>(piece_bytes)) {
    // What came together with the end of the handshake. It fits: Asio reads less at a time.
    BIO* const before = SSL_get_rbio(session_);
    // Bytes of the application may have come with the last flight of the handshake.
    const int left = BIO_read(before, received_.get(), int{piece_bytes});
    end_ = static_cast<std::size_t>(std::max(left, 0));
    BIO* const bio = memory::make(*this);
    SSL_set_bio(session_, bio, bio); // the session's now; Asio keeps its end of the one before
}

bool tls_wire::has_some() const {
    return (begin_ != end_ || SSL_has_pending(session_) == 1) && !needs_more_;
}

bool tls_wire::has_come() const {
    if (has_some()) return true;
    // A peek: nothing is taken, whatever the answer is.
    char next = 0;
    const int socket = stream_.next_layer().native_handle();
    return ::recv(socket, &next, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}

void tls_wire::receive(handler done) {
    // Bytes may already lie in OpenSSL's buffer: no socket would wake for them.
    if (has_some()) {
        asio::post(stream_.get_executor(), [done = std::move(done)] { done({}); });
        return;
    }
    stream_.next_layer().async_read_some(
        asio::buffer(received_.get(), piece_bytes),
        [this, done = std::move(done)](error_code ec, std::size_t n) {
            begin_ = 0;
            end_ = n;
            needs_more_ = false;
            // One in due form is told within the stream.
            done(ec == asio::error::eof ? asio::ssl::error::stream_truncated : ec);
        });
}

std::size_t tls_wire::take(asio::mutable_buffer into, error_code& ec) {
    // OpenSSL keeps errors in a queue of the thread: an old one would be taken for this one.
    ERR_clear_error();
    const int most = static_cast<int>(std::min<std::size_t>(into.size(), INT_MAX));
    const int got = SSL_read(session_, into.data(), most);
    ec = got > 0 ? error_code() : failure_of(got);
    needs_more_ = ec == asio::error::would_block;
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

tls_wire::error_code tls_wire::failure_of(int returned) {
    switch (SSL_get_error(session_, returned)) {
    case SSL_ERROR_WANT_READ: return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    case SSL_ERROR_SSL: return {static_cast<int>(ERR_get_error()), asio::error::get_ssl_category()};
    case SSL_ERROR_SYSCALL: return asio::ssl::error::unspecified_system_error;
    default: return asio::ssl::error::unexpected_result;
    }
}

void tls_wire::send(std::array<asio::const_buffer, 2> parts, handler done) {
    parts_ = parts;
    // Encrypted as a whole first, so that a request leaves in one write.
    if (const error_code ec = encrypt()) {
        asio::post(stream_.get_executor(), [ec, done = std::move(done)] { done(ec); });
        return;
    }
    write(std::move(done));
}

tls_wire::error_code tls_wire::encrypt() {
    for (asio::const_buffer& part : parts_) {
        // No more than a piece at a time: a large request is not held twice in memory.
        while (part.size() > 0 && encrypted_.size() < piece_bytes) {
            ERR_clear_error();
            const int most = static_cast<int>(std::min<std::size_t>(part.size(), INT_MAX));
            const int taken = SSL_write(session_, part.data(), most); // a record at most
            if (taken <= 0) return failure_of(taken);
            part += static_cast<std::size_t>(taken);
        }
    }
    return {};
}

void tls_wire::write(handler done) {
    // What is being written must not grow meanwhile, so both buffers change places.
    writing_.clear();
    std::swap(writing_, encrypted_);
    asio::async_write(stream_.next_layer(), asio::buffer(writing_),
                      [this, done = std::move(done)](const error_code& ec, std::size_t) mutable {
                          on_written(ec, std::move(done));
                      });
}

void tls_wire::on_written(const error_code& ec, handler done) {
    // More of the request, or what OpenSSL had to say meanwhile.
    const error_code failed = ec ? ec : encrypt();
    if (!failed && !encrypted_.empty()) return write(std::move(done));
    done(failed);
}

} // namespace hubspool
