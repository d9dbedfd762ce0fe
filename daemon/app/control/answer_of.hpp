// Waits in one loop for what another thread answers.
#pragma once

#include "core/words/time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace hubspool {

// Has the other thread called once.
template <class Value>
using asker_of = std::function<void(std::function<void(Value)> answer)>;

// Nothing: it has not answered in time. `own` must outlive every call of the answer.
template <class Value>
boost::asio::awaitable<std::optional<Value>> answer_of(boost::asio::io_context& own,
                                                       asker_of<Value> ask, milliseconds patience) {
    struct waiting {
        explicit waiting(boost::asio::io_context& loop) : timer(loop) {}
        boost::asio::steady_timer timer;
        std::optional<Value> value;
    };
    const auto here = std::make_shared<waiting>(own);
    here->timer.expires_after(patience);
    // Weak: who still holds the question may outlive the loop that the timer is of.
    ask([&own, waits = std::weak_ptr<waiting>(here)](Value value) {
        boost::asio::post(own, [waits, told = std::move(value)]() mutable {
            const auto found = waits.lock();
            if (!found) return;
            found->value = std::move(told);
            found->timer.cancel();
        });
    });
    co_await here->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return std::move(here->value);
}

} // namespace hubspool
