// All that goes over the network: batches, questions, tokens; and how that ends. Loop thread.
#pragma once

#include "app/api_maker.hpp"
#include "app/crash_handler.hpp"
#include "app/delivery/credential_keeper.hpp"
#include "app/delivery/delivery_loop.hpp"
#include "app/instance.hpp"
#include "state/sending/sending_file.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace hubspool {

class sender {
public:
    // `run_before`: this queue has been worked on. `left`: what that run had on the wire.
    static result<std::unique_ptr<sender>> open(boost::asio::io_context& loop, instance& running,
                                                bool run_before, boot_time now,
                                                sending_leftovers& left,
                                                const api_maker& make_api = make_api_client);
    // Once, before all else.
    void set_up(engine& core, keeper_events keeper, std::function<void(action::any&)> others);

    // Sends until the engine has ended, and no refresh token may come any more.
    boost::asio::awaitable<void> run();
    // No token is asked for any more; what is under way is cut after the time of a request.
    void finish();

    decode_mark& mark() { return sending_->mark(); }
    delivery_loop& delivery() { return *delivery_; }
    credential_keeper& credential() { return *credential_; }

private:
    sender(boost::asio::io_context& loop, instance& running) : running_(running), patience_(loop) {}

    instance& running_;
    boost::asio::steady_timer patience_; // with what is under way at the end
    std::unique_ptr<sending_file> sending_;
    std::optional<crash_handler> crash_handler_;
    std::unique_ptr<api_client> api_;
    std::optional<credential_keeper> credential_;
    std::optional<delivery_loop> delivery_;
};

} // namespace hubspool
