// The network side, on the loop thread: does what the dispatcher says, and decides nothing.
//
// A request is assembled when it is due and a connection is ready, noted in `sending`, and written;
// its answer goes back to the dispatcher, and the outcome to the state thread.
#pragma once

#include "api/http/api_client.hpp"
#include "app/delivery/credential_keeper.hpp"
#include "core/engine/dispatcher.hpp"
#include "state/sending_file.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// Called on the loop thread; they must not block.
struct delivery_events {
    std::function<void(response_effect)> record; // takes every outcome
    // What came of asking whose account this token opens.
    std::function<void(const std::string& token, const account_effect&)> asked;
};

class delivery_loop {
public:
    // `version` is that of the API.
    delivery_loop(boost::asio::any_io_executor loop, dispatcher& core, api_client& api,
                  credential_keeper& credential, const std::string& version, sending_file& sending,
                  delivery_events events);
    ~delivery_loop();

    // Runs until finish() was called and nothing is under way.
    boost::asio::awaitable<void> run();
    // Something changed that next() may see: call after every change of the dispatcher.
    void wake();
    // No new request until go_on().
    void hold() { held_ = true; }
    void go_on() {
        held_ = false;
        wake();
    }
    // No new request; run() ends when those under way have ended.
    void finish();
    // Cuts what is under way.
    void abort();

private:
    struct line;      // one connection and its state
    struct departure; // a request that is noted as sent

    void send_on(const std::shared_ptr<line>& on);
    void ask_on(const std::shared_ptr<line>& on);
    boost::asio::awaitable<void> ask(std::shared_ptr<line> on, std::size_t slot);
    std::optional<std::size_t> note(boot_time now, const std::vector<std::uint64_t>& hashes);
    boost::asio::awaitable<void> connect();
    std::optional<departure> depart();
    bool may_follow(const line& on);
    boost::asio::awaitable<void> exchange(std::shared_ptr<line> on, departure first);
    boost::asio::awaitable<void> wait_until(boot_time at);
    std::shared_ptr<line> idle_line();
    void drop_closed();
    void note_answer(std::size_t slot, boot_time release, bool conclusive);
    bool credential_changed(const api_response& response, const std::string& sent_with);

    boost::asio::any_io_executor loop_;
    dispatcher& core_;
    api_client& api_;
    credential_keeper& credential_;
    std::string update_path_, account_path_;
    sending_file& sending_;
    delivery_events events_;
    boost::asio::steady_timer timer_;
    std::vector<std::shared_ptr<line>> lines_;
    std::size_t busy_ = 0;
    bool connecting_ = false;
    bool woken_ = false;
    bool held_ = false;
    bool finishing_ = false;
    std::string sending_trouble_; // said once
};

} // namespace hubspool
