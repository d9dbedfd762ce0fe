// The network side, on the loop thread: does what the dispatcher says, and decides nothing.
//
// A request is assembled when it is due and a connection is ready, noted in `sending`, and written;
// its answer goes back to the dispatcher, and the outcome to the state thread.
#pragma once

#include "api/api_client.hpp"
#include "api/credential.hpp"
#include "core/dispatcher.hpp"
#include "state/sending_file.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hubspool {

class delivery_loop {
public:
    // `record` takes every outcome; it is called on the loop thread and must not block.
    // `path` is that of the batch update.
    delivery_loop(boost::asio::any_io_executor loop, dispatcher& core, api_client& api,
                  credential& token, std::string path, sending_file& sending,
                  std::function<void(response_effect)> record);
    ~delivery_loop();

    // Runs until finish() was called and nothing is under way.
    boost::asio::awaitable<void> run();
    // Something changed that next() may see: call after every change of the dispatcher.
    void wake();
    // No new request; run() ends when those under way have ended.
    void finish();
    // Cuts what is under way.
    void abort();

private:
    struct line; // one connection and its state

    void send_on(line& on);
    boost::asio::awaitable<void> connect();
    boost::asio::awaitable<void> exchange(std::shared_ptr<line> on, outgoing_request request,
                                          std::size_t slot);
    boost::asio::awaitable<void> wait_until(boot_time at);
    std::shared_ptr<line> idle_line();
    void drop_closed();
    void answered(response_effect effect, std::size_t slot);

    boost::asio::any_io_executor loop_;
    dispatcher& core_;
    api_client& api_;
    credential& token_;
    std::string path_;
    sending_file& sending_;
    std::function<void(response_effect)> record_;
    boost::asio::steady_timer timer_;
    std::vector<std::shared_ptr<line>> lines_;
    std::size_t busy_ = 0;
    bool connecting_ = false;
    bool woken_ = false;
    bool finishing_ = false;
    std::string sending_trouble_; // said once
};

} // namespace hubspool
