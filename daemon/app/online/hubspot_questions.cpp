#include "app/online/hubspot_questions.hpp"

#include "api/http/form_post.hpp"
#include "app/instance.hpp"
#include "app/options.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

hubspot_questions::hubspot_questions(const settings& options)
    : options_(options), credential_(make_credential_files(options)) {
}

void hubspot_questions::run(const std::function<asio::awaitable<void>()>& whole) {
    asio::co_spawn(loop_, whole, [this](const std::exception_ptr& thrown) {
        loop_.stop(); // the connection is idle, and would be for long
        if (thrown) std::rethrow_exception(thrown);
    });
    loop_.run();
}

asio::awaitable<result<peer_facts>> hubspot_questions::connect(const api_maker& make_api) {
    auto api = make_api(loop_.get_executor(), make_api_options(options_));
    if (!api) co_return api.error();
    api_ = std::move(*api);
    auto made = co_await api_->connect();
    if (!made) co_return made.error();
    connection_ = std::move(*made);
    co_return connection_->peer();
}

result<void> hubspot_questions::read_credential() {
    const auto read = credential_.refresh();
    if (!read) return read.error();
    return {};
}

asio::awaitable<api_response> hubspot_questions::ask(api_request request) {
    // HubSpot may close between two questions.
    if (!connection_->is_open()) {
        auto again = co_await api_->connect();
        // As an answer that never came, so that each question has one way to fail.
        if (!again) co_return not_connected(again.error().message);
        connection_ = std::move(*again);
    }
    request.token = credential_.offered();
    co_return co_await connection_->exchange(request);
}

asio::awaitable<api_response> hubspot_questions::get(std::string_view target) {
    return ask({"GET", target, {}, {}, {}});
}

} // namespace hubspool
