#include "api/https_connection.hpp"

#include "api/https_line.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"

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
    void on_close(std::function<void()> callback) override { line_->on_close(std::move(callback)); }
    void abort() override { line_->abort(); }

    asio::awaitable<api_response> exchange(std::string_view body) override {
        const boot_time began = boot_now();
        if (auto ready = have_token(); !ready) {
            api_response refused;
            refused.end = exchange_end::not_sent;
            refused.error = ready.error().message;
            co_return refused;
        }
        const std::string sent_with = setup_->token->token();
        api_response response = co_await line_->exchange(head_for(sent_with, body.size()), body);
        constexpr int unauthorized = 401;
        if (response.end == exchange_end::answered && response.status == unauthorized) {
            response.credential_changed = credential_differs(sent_with);
        }
        response.duration_ms = (boot_now() - began).count();
        co_return response;
    }

private:
    result<void> have_token() {
        if (setup_->token->token().empty()) {
            if (auto looked = setup_->token->refresh(); !looked) {
                return looked.error();
            }
        }
        return {};
    }

    std::string head_for(const std::string& token, std::size_t body_bytes) const {
        return fmt::format("POST {} HTTP/1.1\r\n"
                           "Host: {}\r\n"
                           "Authorization: Bearer {}\r\n"
                           "Content-Type: application/json\r\n"
                           "Accept: application/json\r\n"
                           "Accept-Encoding: gzip\r\n"
                           "User-Agent: hubspool/" HUBSPOOL_VERSION "\r\n"
                           "Content-Length: {}\r\n"
                           "\r\n",
                           setup_->options.path, setup_->url.host_header, token, body_bytes);
    }

    bool credential_differs(const std::string& sent_with) {
        if (auto looked = setup_->token->refresh(); !looked) {
            log::warning("the credential was refused, and reading it again failed",
                         {{"reason", looked.error().message}});
        }
        return setup_->token->token() != sent_with;
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
