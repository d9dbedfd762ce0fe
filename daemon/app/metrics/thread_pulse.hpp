// Whether a thread moves: it is asked to answer, and only when somebody wants to know. Metrics
// thread.
#pragma once

#include "core/words/time.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>
#include <string>

namespace hubspool {

// Has the thread call what it is given, in its next turn, also where it waits for work.
using thread_asker = std::function<void(std::function<void()> answer)>;

class thread_pulse {
public:
    // `own`: the metrics thread's loop. It outlives what the thread holds of the question.
    thread_pulse(boost::asio::io_context& own, std::string name, thread_asker ask)
        : own_(own), name_(std::move(name)), ask_(std::move(ask)) {}

    // Asks, unless an answer is due already.
    void ask(boot_time now);
    const std::string& name() const { return name_; }
    bool has_answered() const { return !asked_at_; }
    // Since it was asked; 0: it has answered.
    milliseconds silent(boot_time now) const {
        return asked_at_ ? now - *asked_at_ : milliseconds(0);
    }

private:
    boost::asio::io_context& own_;
    std::string name_;
    thread_asker ask_;
    std::optional<boot_time> asked_at_; // nothing: no answer is due
};

} // namespace hubspool
