#include "app/control/control_thread.hpp"

#include "base/log.hpp"
#include "config/control_socket.hpp"

#include <boost/asio/post.hpp>

#include <fmt/core.h>

#include <unistd.h>

#include <chrono>
#include <exception>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A body is held in memory, and several times its size while its records are looked at.
constexpr page_limits limits{.request = 30s, .body_bytes = 16U << 20, .bodies_bytes = 64U << 20};
constexpr milliseconds last_answers_max = 1s;

result<listening_socket> listen(const settings& options, const std::string& path) {
    if (!options.control.socket.empty())
        return listening_socket::open({{}, 0, path}, "control.socket");
    // Whoever may put files into the queue may put changes in here. The sandbox gives no file to
    // another group, but what is made in tmp/ is the producers' by its setgid bit.
    const std::string made =
        fmt::format("{}/tmp/.control.{}.sock", options.queue.directory, ::getpid());
    auto listener = listening_socket::open({{}, 0, made}, "control.socket");
    if (!listener) return listener;
    if (const auto moved = listener->move_to(path); !moved) return moved.error();
    return listener;
}

} // namespace

std::unique_ptr<control_thread> control_thread::open(const settings& options, control_links links) {
    const std::string path = control_socket_path(options);
    if (path.empty()) return nullptr;
    auto listener = listen(options, path);
    if (!listener) {
        // Records must not wait for that, and the commands know another way.
        log::warning(listener.error().message + "; delivery goes on without it");
        return nullptr;
    }
    try {
        return std::unique_ptr<control_thread>(
            new control_thread(std::move(*listener), options, std::move(links)));
    } catch (const std::exception& e) {
        // The other threads run already: an exception that passes would meet them.
        log::warning(std::string("there is no control socket, as its threads cannot be had: ") +
                     e.what() + "; delivery goes on without it");
        return nullptr;
    }
}

control_thread::control_thread(listening_socket listener, const settings& options,
                               control_links links)
    : pages_(own_, options, std::move(links)),
      server_(
          own_, std::move(listener),
          [this](page_request asked) { return pages_.make(std::move(asked)); }, limits) {
    server_.start();
    thread_ = std::thread([this] { own_.run(); });
}

void control_thread::tell(std::string status_json) {
    asio::post(own_,
               [this, told = std::move(status_json)]() mutable { pages_.tell(std::move(told)); });
}

void control_thread::stop() {
    if (!thread_.joinable()) return;
    asio::post(own_, [this] { server_.finish(last_answers_max, [this] { own_.stop(); }); });
    thread_.join();
    pages_.finish();
}

} // namespace hubspool
