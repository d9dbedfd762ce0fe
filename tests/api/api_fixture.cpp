#include "api/api_fixture.hpp"

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <fstream>

namespace hubspool {
namespace {

namespace asio = boost::asio;

template <class T>
asio::awaitable<void> keep(asio::awaitable<T> operation, std::optional<T>& here) {
    here.emplace(co_await std::move(operation));
}

void write_file(const std::string& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

} // namespace

api_fixture::api_fixture() {
    write_file(dir.file("ca.pem"), authority.certificate_pem());
    options.ca_file = dir.file("ca.pem");
    options.connect_timeout = std::chrono::seconds(5);
    options.request_timeout = std::chrono::seconds(5);
}

void api_fixture::TearDown() {
    server.reset();
}

test_certificate api_fixture::certificate() const {
    certificate_wish wish;
    wish.names = {"localhost"};
    wish.addresses = {"127.0.0.1", "::1"};
    return authority.issue(wish);
}

void api_fixture::serve(std::vector<script> scripts) {
    tls_test_server::options how;
    how.certificate = certificate();
    serve(std::move(how), std::move(scripts));
}

void api_fixture::serve(tls_test_server::options how, std::vector<script> scripts) {
    server = std::make_unique<tls_test_server>(std::move(how), std::move(scripts));
}

bool api_fixture::run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    loop.restart();
    while (!done()) {
        if (loop.run_one_until(end) == 0) {
            return false;
        }
    }
    return true;
}

connected api_fixture::connect(const std::string& host) {
    if (server) {
        options.url = "https://" + host + ":" + std::to_string(server->port());
    }
    auto made = make_api_client(loop.get_executor(), options);
    if (!made) {
        return made.error();
    }
    client = std::move(*made);
    return connect_again();
}

connected api_fixture::connect_again() {
    std::optional<connected> here;
    asio::co_spawn(loop, keep(client->connect(), here),
                   [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    if (!run_until([&here] { return here.has_value(); })) {
        return failure{"the test waited too long"};
    }
    return std::move(*here);
}

std::unique_ptr<api_connection> api_fixture::connection() {
    connected made = connect();
    if (!made) {
        ADD_FAILURE() << made.error().message;
        throw std::runtime_error("no connection");
    }
    return std::move(*made);
}

api_response api_fixture::exchange(api_connection& over, api_request request) {
    std::optional<api_response> here;
    asio::co_spawn(loop, keep(over.exchange(request), here),
                   [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
    EXPECT_TRUE(run_until([&here] { return here.has_value(); }));
    return here.value_or(api_response{});
}

api_response api_fixture::exchange(api_connection& over, std::string_view body) {
    return exchange(over, {"POST", "/marketing/v3/marketing-events/batch/update", "secret-token",
                           "application/json", body});
}

api_response api_fixture::exchange_once(script server_side, std::string_view body) {
    serve({std::move(server_side)});
    const auto over = connection();
    return exchange(*over, body);
}

} // namespace hubspool
