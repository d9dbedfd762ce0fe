#include "api/form_post.hpp"

#include "api/conceal.hpp"

#include <utility>

namespace hubspool {

boost::asio::awaitable<api_response> post_form(api_client& api, std::string target,
                                               std::string form, std::vector<std::string> secrets) {
    const auto connection = co_await api.connect();
    if (!connection) {
        api_response none;
        none.end = exchange_end::not_sent;
        none.error = connection.error().message;
        co_return none;
    }
    const api_request request{"POST", target, {}, "application/x-www-form-urlencoded", form};
    api_response response = co_await (*connection)->exchange(request);
    if (response.status >= 400) {
        for (const std::string& secret : secrets) {
            conceal(response.body, secret);
        }
    }
    co_return response;
}

} // namespace hubspool
