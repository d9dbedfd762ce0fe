// An API that answers as it was told, on connections that are always ready.
#pragma once

#include "api/http/api_client.hpp"
#include "support/api_answer.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

class scripted_api : public api_client {
public:
    // Answers go to requests in order; when there is none left, a request ends unanswered.
    void answer(int status, std::string body) {
        answers_.push_back(testing::api_answer(status, std::move(body)));
    }
    void refuse_connections(const std::string& why) { refused_ = why; }
    // Called before each answer is given.
    std::function<void()> meanwhile = [] {};

    std::vector<std::string> bodies; // of requests
    peer_facts peer;                 // of each connection

    boost::asio::awaitable<result<std::unique_ptr<api_connection>>> connect() override {
        if (!refused_.empty()) co_return failure{refused_};
        co_return std::make_unique<connection>(*this);
    }

private:
    class connection : public api_connection {
    public:
        explicit connection(scripted_api& api) : api_(api) {}
        bool is_open() const override { return true; }
        bool is_quiet() const override { return true; }
        peer_facts peer() const override { return api_.peer; }
        void on_close(std::function<void()>) override {}
        void abort() override {}
        boost::asio::awaitable<api_response> exchange(api_request request) override {
            api_.bodies.emplace_back(request.body);
            api_.meanwhile();
            co_return api_.next();
        }

    private:
        scripted_api& api_;
    };

    api_response next() {
        api_response response;
        response.end = exchange_end::unanswered;
        response.error = "timed out";
        if (answers_.empty()) return response;
        response = std::move(answers_.front());
        answers_.pop_front();
        return response;
    }

    std::deque<api_response> answers_;
    std::string refused_;
};

// The API goes with who asks, and the test's stays.
class lent_api final : public api_client {
public:
    explicit lent_api(api_client& of) : of_(of) {}
    boost::asio::awaitable<result<std::unique_ptr<api_connection>>> connect() override {
        return of_.connect();
    }

private:
    api_client& of_;
};

inline auto lend(api_client& api) {
    return [&api](const auto&, const api_options&) {
        return result<std::unique_ptr<api_client>>(std::make_unique<lent_api>(api));
    };
}

} // namespace hubspool
