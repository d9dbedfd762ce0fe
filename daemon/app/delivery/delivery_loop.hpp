// The network side, on the loop thread: asks the engine what to do, does it, and decides nothing.
//
// A request is noted in `sending`, and written; its answer goes back to the engine. What is no
// business of the network is handed on.
#pragma once

#include "api/http/api_client.hpp"
#include "app/alarm_clock.hpp"
#include "app/delivery/credential_keeper.hpp"
#include "core/engine/engine.hpp"
#include "state/sending/request_log.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// What it works with; they outlive it.
struct delivery_links {
    engine& core;
    api_client& api;
    credential_keeper& credential;
    request_log& requests;
};

class delivery_loop {
public:
    // `version` is that of the API. `others`: carries out all other actions, on the loop thread;
    // must not block.
    delivery_loop(boost::asio::any_io_executor loop, std::unique_ptr<alarm_clock> clock,
                  const delivery_links& to, const std::string& version,
                  std::function<void(action::any&)> others);
    ~delivery_loop();

    // Runs until the books are to be closed.
    boost::asio::awaitable<void> run();
    // The engine was told of something: call after every event.
    void wake();
    // Cuts what is under way.
    void abort();

private:
    struct line;      // one connection and its state
    struct under_way; // a request that is noted as sent

    using ready_line = std::shared_ptr<line>;

    // One specialisation for each kind of action.
    template <class Action>
    void act(Action& a, const ready_line& on);
    void carry_out(action::any& next, const ready_line& on);

    boost::asio::awaitable<void> exchange(ready_line on, outgoing_request request);
    boost::asio::awaitable<void> ask(ready_line on);
    boost::asio::awaitable<void> connect();
    boost::asio::awaitable<void> wait_for(action::wait_until wanted);
    std::optional<outgoing_request> follow(const ready_line& on);
    bool note(const outgoing_request& request, const ready_line& on);
    bool note(std::uint64_t batch, const ready_line& on, const std::vector<std::uint64_t>& hashes);
    ready_line idle_line();
    void drop_closed();
    bool credential_changed(const api_response& response, const std::string& sent_with);

    boost::asio::any_io_executor loop_;
    std::unique_ptr<alarm_clock> clock_;
    delivery_links links_;
    std::string update_path_, account_path_;
    std::function<void(action::any&)> others_;
    std::vector<ready_line> lines_;
    std::map<std::uint64_t, under_way> under_way_; // by batch; 0: the account check
    std::string asked_with_;                       // the token of the account check
    bool woken_ = false;
    std::string sending_trouble_; // said once
};

} // namespace hubspool
