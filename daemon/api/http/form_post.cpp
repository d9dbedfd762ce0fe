#include "api/http/form_post.hpp"

#include "api/credential/conceal.hpp"

#include <utility>

namespace hubspool {

boost::asio::awaitable<api_response> post_form(api_connection& on, std::string target,
                                               std::string form, std::vector<std::string> secrets) {
    const api_request request{"POST", target, {}, "application/x-www-form-urlencoded", form};
    api_response response = co_await on.exchange(request);
    // A refusal may repeat what was sent.
    if (response.status >= 400) {
        for (const std::string& secret : secrets) {
            conceal(response.body, secret);
        }
    }
    co_return response;
}

api_response not_connected(std::string why) {
    api_response none;
    none.end = exchange_end::not_sent;
    none.error = std::move(why);
    return none;
}

boost::asio::awaitable<api_response> post_form(api_client& api, std::string target,
                                               std::string form, std::vector<std::string> secrets) {
    const auto connection = co_await api.connect();
    if (!connection) {
        co_return not_connected(connection.error().message);
    }
    co_return co_await post_form(**connection, std::move(target), std::move(form),
                                 std::move(secrets));
}

} // namespace hubspool
