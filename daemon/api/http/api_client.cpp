#include "api/http/api_client.hpp"

#include "api/http/https_connection.hpp"
#include "api/route/deadline.hpp"
#include "api/route/proxy_route.hpp"
#include "api/route/tcp_connect.hpp"
#include "api/tls/client_certificate.hpp"
#include "api/tls/tls_context.hpp"
#include "api/tls/tls_peer.hpp"
#include "api/tls/tls_sessions.hpp"

#include <boost/asio/ssl/context.hpp>

#include <fmt/core.h>

#include <utility>

namespace hubspool {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

result<tls_stream> make_stream(tcp::socket socket, asio::ssl::context& context,
                               const std::shared_ptr<tls_peer>& peer) {
    error_code ec;
    // A request is one write: waiting for more to send would only cost a round trip.
    socket.set_option(tcp::no_delay(true), ec);
    // A close resets, also that of a killed process: else the kernel goes on delivering what it was
    // handed, long after the exchange has ended.
    socket.set_option(tcp::socket::linger(true, 0), ec);
    tls_stream stream(std::move(socket), context);
    // Asio lets OpenSSL free its buffers between records and make them anew for each: 34 kB a
    // connection are saved, which eight of them do not need.
    SSL_clear_mode(stream.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    // Name and chain are demanded before the first byte of the handshake goes.
    if (auto demanded = peer->demand_of(stream.native_handle()); !demanded) {
        return demanded.error();
    }
    stream.set_verify_callback(
        [peer](bool preverified, asio::ssl::verify_context& chain) {
            return peer->observe(preverified, chain.native_handle());
        },
        ec);
    if (ec) {
        return failure{"TLS: the verification cannot be set up: " + ec.message()};
    }
    return stream;
}

class https_client final : public api_client {
public:
    https_client(asio::any_io_executor loop, asio::ssl::context context, api_setup setup)
        : loop_(std::move(loop)), context_(std::move(context)),
          setup_(std::make_shared<const api_setup>(std::move(setup))),
          ours_(setup_->options.client_certificate_file, setup_->options.client_key_file) {}

    asio::awaitable<result<std::unique_ptr<api_connection>>> connect() override {
        // A renewed certificate is taken here, before anything depends on it.
        if (auto shown = show_certificate(); !shown) {
            co_return shown.error();
        }
        // An expired one is told by name: the server would only say that it does not like it.
        if (auto valid = ours_.is_valid_now(); !valid) {
            co_return valid.error();
        }
        // With a proxy the target's name is never looked up here: that is the proxy's affair.
        auto socket = co_await connect_to(setup_->proxy ? setup_->proxy->at : setup_->url);
        if (!socket) {
            co_return failure{(setup_->proxy ? "no way to the proxy: " : "") +
                              socket.error().message};
        }
        if (setup_->proxy) {
            const auto opened = co_await open_tunnel(*socket, *setup_->proxy, setup_->url,
                                                     setup_->options.connect_timeout);
            if (!opened) {
                co_return opened.error();
            }
        }
        co_return co_await handshake(std::move(*socket));
    }

    result<void> show_certificate() {
        const result<bool> taken = ours_.refresh(context_.native_handle());
        if (!taken) {
            return taken.error();
        }
        // The old sessions speak for the old certificate.
        if (*taken) {
            tls_sessions::of(context_.native_handle()).forget();
        }
        return {};
    }

private:
    asio::awaitable<result<tcp::socket>> connect_to(const api_url& url) {
        const milliseconds limit = setup_->options.connect_timeout;
        const auto addresses = co_await resolve_host(loop_, url, limit);
        if (!addresses) {
            co_return addresses.error();
        }
        co_return co_await connect_any(loop_, url, *addresses, limit);
    }

    asio::awaitable<result<std::unique_ptr<api_connection>>> handshake(tcp::socket socket) {
        const milliseconds limit = setup_->options.connect_timeout;
        // Each connection has its own witness of the handshake, whose words are needed when it
        // fails.
        const auto peer = std::make_shared<tls_peer>(setup_->url, setup_->options.tls_min,
                                                     setup_->options.client_certificate_file);
        auto stream = make_stream(std::move(socket), context_, peer);
        if (!stream) {
            co_return stream.error();
        }
        // Resumption saves a round trip and the certificates.
        tls_sessions::of(context_.native_handle()).resume(stream->native_handle());
        const error_code ec = co_await finish_within(
            stream->async_handshake(asio::ssl::stream_base::client, use_result), limit);
        if (ec == asio::error::timed_out) {
            co_return failure{
                fmt::format("TLS: {} did not finish the handshake within {} ms; it may "
                            "not speak TLS, check host and port in api.url",
                            setup_->url.place(), limit.count())};
        }
        if (ec) {
            co_return failure{peer->explain(ec)};
        }
        co_return make_https_connection(std::move(*stream), setup_);
    }

    asio::any_io_executor loop_;
    asio::ssl::context context_;
    std::shared_ptr<const api_setup> setup_;
    client_certificate ours_;
};

} // namespace

// In the order in which a person would correct it: the address, what is trusted, the way there.
result<std::unique_ptr<api_client>> make_api_client(asio::any_io_executor loop,
                                                    api_options options) {
    auto url = parse_api_url(options.url);
    if (!url) {
        return url.error();
    }
    auto context = make_tls_context(options.ca_file, options.tls_min);
    if (!context) {
        return context.error();
    }
    auto route = route_to(*url, options.proxy, options.no_proxy);
    if (!route) {
        return route.error();
    }
    std::optional<proxy_access> proxy;
    if (*route) {
        proxy = proxy_access{**route, options.proxy_credentials_file};
    }
    auto made =
        std::make_unique<https_client>(std::move(loop), std::move(*context),
                                       api_setup{std::move(options), *url, std::move(proxy)});
    // An unusable certificate is an error of the configuration now, not of the first request.
    if (auto shown = made->show_certificate(); !shown) {
        return shown.error();
    }
    return std::unique_ptr<api_client>(std::move(made));
}

} // namespace hubspool
