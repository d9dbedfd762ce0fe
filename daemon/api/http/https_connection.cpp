#include "api/http/https_connection.hpp"

#include "api/credential/conceal.hpp"
#include "api/http/https_line.hpp"
#include "base/clocks.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {
namespace {

namespace asio = boost::asio;

class https_connection final : public api_connection {
public:
    https_connection(tls_stream stream, std::shared_ptr<const api_setup> setup)
        : setup_(std::move(setup)), line_(std::make_shared<https_line>(std::move(stream), setup_)) {
        line_->start();
    }
    ~https_connection() override { line_->abort(); }

    bool is_open() const override { return line_->is_open(); }
    bool is_quiet() const override { return line_->is_quiet(); }
    peer_facts peer() const override { return line_->peer(); }
    void on_close(std::function<void()> callback) override { line_->on_close(std::move(callback)); }
    void abort() override { line_->abort(); }

    asio::awaitable<api_response> exchange(api_request request) override {
        const boot_time began = boot_now();
        api_response response = co_await line_->exchange(head_for(request), request.body);
        // A server may repeat the header it got, token and all.
        if (response.status >= 400) {
            conceal(response.body, request.token);
        }
        response.duration_ms = (boot_now() - began).count();
        co_return response;
    }

private:
    std::string head_for(const api_request& request) const {
        // Headers without a value are left out: an empty Authorization would be refused.
        std::string authorization, type, length;
        if (!request.token.empty()) {
            authorization = fmt::format("Authorization: Bearer {}\r\n", request.token);
        }
        if (!request.body.empty()) {
            type = fmt::format("Content-Type: {}\r\n", request.content_type);
            length = fmt::format("Content-Length: {}\r\n", request.body.size());
        }
        // Written by hand: the order and the bytes are always the same, and one write carries them.
        return fmt::format("{} {} HTTP/1.1\r\n"
                           "Host: {}\r\n"
                           "{}{}"
                           "Accept: application/json\r\n"
                           "Accept-Encoding: gzip\r\n"
                           "User-Agent: hubspool/" HUBSPOOL_VERSION "\r\n"
                           "{}\r\n",
                           request.method, request.target, setup_->url.host_header, authorization,
                           type, length);
    }

    std::shared_ptr<const api_setup> setup_;
    std::shared_ptr<https_line> line_;
};

} // namespace

std::unique_ptr<api_connection> make_https_connection(tls_stream stream,
                                                      std::shared_ptr<const api_setup> setup) {
    return std::make_unique<https_connection>(std::move(stream), std::move(setup));
}

} // namespace hubspool
