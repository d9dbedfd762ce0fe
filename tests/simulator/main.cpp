// hubspool-simulator: see README.md.
#include "simulator/control.hpp"
#include "simulator/http_session.hpp"
#include "simulator/simulator_options.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <deque>
#include <exception>
#include <fstream>
#include <thread>
#include <vector>

namespace hubspool::simulator {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<void> serve(std::unique_ptr<http_session> session) {
    co_await session->run();
}

// A thread has a loop of its own, and a connection stays with one: threads that share a loop wake
// each other for every step of a connection.
class loops {
public:
    explicit loops(unsigned threads) {
        for (unsigned i = 0; i < threads; ++i) loops_.emplace_back(1);
    }

    asio::io_context& first() { return loops_.front(); }
    asio::io_context& next() { return loops_[turn_++ % loops_.size()]; }

    // Until the first one is stopped.
    void run() {
        std::vector<std::jthread> others;
        const stop_all at_end{loops_}; // before the others are joined
        for (std::size_t i = 1; i < loops_.size(); ++i)
            others.emplace_back([&loop = loops_[i]] {
                const auto stays = asio::make_work_guard(loop);
                loop.run();
            });
        first().run();
    }

private:
    struct stop_all {
        std::deque<asio::io_context>& loops;
        ~stop_all() {
            for (auto& loop : loops) loop.stop();
        }
    };

    std::deque<asio::io_context> loops_;
    std::size_t turn_ = 0;
};

asio::awaitable<void> accept(tcp::acceptor& acceptor, loops& all, asio::ssl::context& tls,
                             backend& portal, const std::string& path) {
    while (true) {
        auto& loop = all.next();
        auto [ec, socket] =
            co_await acceptor.async_accept(loop, asio::as_tuple(asio::use_awaitable));
        if (ec) continue;
        auto session =
            std::make_unique<http_session>(tcp::socket(std::move(socket)), tls, portal, path);
        asio::co_spawn(loop, serve(std::move(session)), asio::detached);
    }
}

void write_whole(const std::string& path, const std::string& text) {
    const auto unfinished = path + ".tmp";
    {
        std::ofstream file(unfinished);
        file << text;
        if (!file.flush())
            throw std::runtime_error(fmt::format("{}: cannot be written", unfinished));
    }
    if (std::rename(unfinished.c_str(), path.c_str()) != 0)
        throw std::runtime_error(fmt::format("{}: cannot be renamed to {}", unfinished, path));
}

void announce(const tcp::acceptor& acceptor, const simulator_options& options) {
    const auto at = acceptor.local_endpoint();
    fmt::print("listening on {}:{}\n", at.address().to_string(), at.port());
    std::fflush(stdout);
    if (!options.port_file.empty()) write_whole(options.port_file, fmt::format("{}\n", at.port()));
}

void run(const simulator_options& options) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.use_certificate_chain_file(options.certificate);
    tls.use_private_key_file(options.key, asio::ssl::context::pem);
    backend portal(options.settings, milliseconds(options.window_ms), options.seed,
                   client_has_left);
    if (!options.schema_file.empty()) portal.use_schema(options.schema_file);
    loops all(options.threads);
    auto& first = all.first();
    tcp::acceptor acceptor(first, {asio::ip::make_address(options.address), options.port});
    asio::co_spawn(first, accept(acceptor, all, tls, portal, options.path), asio::detached);
    asio::signal_set signals(first, SIGINT, SIGTERM);
    signals.async_wait([&first](const boost::system::error_code&, int) { first.stop(); });
    announce(acceptor, options);
    all.run();
    const auto report = portal.report() + "\n";
    if (!options.report_file.empty()) write_whole(options.report_file, report);
    if (options.print_report) fmt::print("{}", report);
}

} // namespace

} // namespace hubspool::simulator

int main(int argc, char** argv) {
    hubspool::simulator::simulator_options options;
    if (const auto code = parse_options(argc, argv, options)) return *code;
    try {
        hubspool::simulator::run(options);
    } catch (const std::exception& error) {
        fmt::print(stderr, "hubspool-simulator: {}\n", error.what());
        return 1;
    }
    return 0;
}
