#include "app/notify/notice_ways.hpp"

#include "api/credential/secret_file.hpp"
#include "api/http/api_client.hpp"
#include "api/http/form_post.hpp"
#include "app/options.hpp"
#include "config/text_rules.hpp"
#include "os/child_process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// For a mail that has to be handed over, or a chat that is slow.
constexpr milliseconds exchange_patience = 30s;
constexpr milliseconds asked_every = 100ms; // whether to keep on
constexpr std::size_t answer_bytes_max = 64 << 10;

// https://HOST[:PORT] and /PATH: what stands behind the host is as good as a password.
struct webhook_url {
    std::string place, target;
};

webhook_url split(const std::string& url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?", host), url.size());
    // Without a path it is the first page.
    const bool has_path = end < url.size() && url[end] == '/';
    std::string target(has_path ? 0 : 1, '/');
    target.append(url, end);
    return {url.substr(0, end), std::move(target)};
}

asio::awaitable<api_response> post(api_client& api, const std::string& target,
                                   const std::string& json) {
    const auto connection = co_await api.connect();
    if (!connection) co_return not_connected(connection.error().message);
    const api_request request{"POST", target, {}, "application/json", json};
    co_return co_await (*connection)->exchange(request);
}

result<void> was_taken(const std::string& place, const api_response& answer) {
    if (answer.end != exchange_end::answered)
        return failure{fmt::format("{}: {}", place, answer.error)};
    if (answer.status < 200 || answer.status > 299)
        return failure{fmt::format("{} answered {}", place, answer.status)};
    return {};
}

} // namespace

notice_way notice_command(std::string path) {
    return [path = std::move(path)](const notice& told, const std::string& json,
                                    const std::function<bool()>& keep_on) {
        const child_order order{path,
                                json,
                                {"HUBSPOOL_NOTICE=" + told.kind,
                                 "HUBSPOOL_NOTICE_CODE=" + told.code,
                                 fmt::format("HUBSPOOL_NOTICE_PHASE={}", to_string(told.is))},
                                exchange_patience};
        return run_child(order, keep_on);
    };
}

notice_way notice_webhook(const settings& from) {
    api_options options = make_api_options(from);
    options.client_certificate_file.clear(); // it is for HubSpot's side alone
    options.client_key_file.clear();
    options.request_timeout = exchange_patience;
    options.response_bytes_max = answer_bytes_max;
    return
        [file = secret_file("notify.url_file", from.notify.url_file), options = std::move(options)](
            const notice&, const std::string& json,
            const std::function<bool()>& keep_on) mutable -> result<void> {
            if (const auto read = file.refresh(); !read) return read.error();
            if (const auto fault = webhook_fault(file.text()))
                return failure{"what notify.url_file holds " + *fault};
            const webhook_url url = split(file.text());
            options.url = url.place;
            asio::io_context loop{1};
            const auto api = make_api_client(loop.get_executor(), options);
            if (!api) return api.error();
            std::optional<api_response> answer;
            asio::co_spawn(
                loop, [&] { return post(**api, url.target, json); },
                [&answer](const std::exception_ptr& thrown, api_response got) {
                    answer = thrown ? not_connected("no memory") : std::move(got);
                });
            while (!answer && keep_on()) loop.run_for(asked_every);
            if (!answer) return {}; // nobody waits for it any more
            return was_taken(url.place, *answer);
        };
}

} // namespace hubspool
