// An API in the test's hands: a request stays on its wire until the test answers it, and the server
// closes a connection when the test says so.
#pragma once

#include "api/http/api_client.hpp"
#include "support/api_answer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

// One connection, as the server sees it.
class wire {
public:
    explicit wire(const boost::asio::any_io_executor& loop) : answered_(loop) {}

    bool is_busy() const { return busy_; } // a request is on it
    bool is_open() const { return open_; }
    // Of that request, or of the last one.
    const std::string& target() const { return target_; }
    const std::string& token() const { return token_; }
    const std::string& body() const { return body_; }

    void answer(int status, std::string body) {
        response_ = testing::api_answer(status, std::move(body));
        answered_.cancel();
    }
    void answer_and_close(int status, std::string body) {
        open_ = false;
        answer(status, std::move(body));
    }
    // The request's answer never comes.
    void cut() {
        open_ = false;
        response_ = {};
        response_.end = exchange_end::unanswered;
        response_.error = "reset by peer";
        answered_.cancel();
    }
    void close_idle() {
        open_ = false;
        if (on_close_) std::exchange(on_close_, nullptr)();
    }

private:
    friend class hand_driven_connection;

    boost::asio::steady_timer answered_;
    api_response response_;
    bool busy_ = false, open_ = true;
    std::string target_, token_, body_;
    std::function<void()> on_close_;
};

class hand_driven_connection final : public api_connection {
public:
    hand_driven_connection(std::shared_ptr<wire> on, const std::function<void()>& at_request)
        : wire_(std::move(on)), at_request_(at_request) {}

    bool is_open() const override { return wire_->open_; }
    bool is_quiet() const override { return wire_->open_; }
    peer_facts peer() const override { return {}; }
    void on_close(std::function<void()> callback) override {
        wire_->on_close_ = std::move(callback);
    }
    void abort() override { wire_->cut(); }
    boost::asio::awaitable<api_response> exchange(api_request request) override {
        at_request_();
        wire_->busy_ = true;
        wire_->target_ = request.target;
        wire_->token_ = request.token;
        wire_->body_ = request.body;
        wire_->answered_.expires_at(boost::asio::steady_timer::time_point::max());
        co_await wire_->answered_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        wire_->busy_ = false;
        co_return wire_->response_;
    }

private:
    std::shared_ptr<wire> wire_;
    const std::function<void()>& at_request_;
};

class hand_driven_api final : public api_client {
public:
    explicit hand_driven_api(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

    std::vector<std::shared_ptr<wire>> wires; // in the order in which they were made
    std::string no_connection;                // why none can be made; empty: it can
    std::function<void()> at_request = [] {}; // before a request goes onto its wire

    boost::asio::awaitable<result<std::unique_ptr<api_connection>>> connect() override {
        if (!no_connection.empty()) co_return failure{no_connection};
        wires.push_back(std::make_shared<wire>(loop_));
        co_return std::make_unique<hand_driven_connection>(wires.back(), at_request);
    }
    // The first that has a request on it; null: none has.
    wire* busy() const {
        for (const auto& each : wires)
            if (each->is_busy()) return each.get();
        return nullptr;
    }

private:
    boost::asio::any_io_executor loop_;
};

} // namespace hubspool
