// The loop thread's ticks: once a second while there is anything to do, and none while it rests.
// Which of the two is decided by core/engine/rest_rule. Loop thread.
#pragma once

#include "core/engine/rest_rule.hpp"
#include "spool/arrivals/changed_files.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct ticker_events {
    std::function<rest_rule::facts()> facts;
    std::function<boot_time()> day_ends; // of the quota
    std::function<void()> look;          // at everything that changes by time
    std::function<void()> look_first;    // the same, and nothing is sent before
    std::function<void(changed_files)> rest;
};

class ticker {
public:
    // `files_of_others`: what other processes write, and this one reads again.
    ticker(const boost::asio::any_io_executor& loop, bool is_drain,
           std::vector<std::string> files_of_others, ticker_events events);

    // Ends after stop().
    boost::asio::awaitable<void> run();
    void stop();
    // Something came. `nothing_to_do`: by the engine, before it is told.
    void came(bool nothing_to_do);
    bool is_quiet() const { return rule_.is_quiet(); }

private:
    void tick();

    boost::asio::steady_timer timer_;
    std::vector<std::string> files_of_others_;
    ticker_events events_;
    rest_rule rule_;
    std::optional<changed_files> noted_; // before a rest
    bool stopping_ = false;
};

} // namespace hubspool
