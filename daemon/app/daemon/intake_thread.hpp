// The intake thread, and what it tells the loop thread. Called on the loop thread.
#pragma once

#include "app/daemon/rest_watch.hpp"
#include "app/instance.hpp"
#include "app/intake/answering_source.hpp"
#include "app/intake/intake_loop.hpp"
#include "app/run_result.hpp"
#include "base/byte_budget.hpp"
#include "spool/arrivals/changed_files.hpp"
#include "spool/record_source.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace hubspool {

// On the loop thread.
struct intake_thread_events {
    std::function<void(const read_parts&)> read;
    std::function<void()> passed_frontiers;
    std::function<void(bool)> reading;
    // Drain: once. What kept it from claiming all that was there, or nothing.
    std::function<void(const std::string& trouble)> read_everything;
    std::function<void()> others_wrote; // files of others may have changed during the rest
    std::function<byte_budget::held_bytes()> held; // against the memory limit
};

class intake_thread {
public:
    intake_thread(boost::asio::io_context& loop, instance& running,
                  std::unique_ptr<record_source> source, decode_mark& mark,
                  mailbox<settle_message>& state, intake_start from,
                  const std::optional<drain_options>& drain, intake_thread_events events);

    void start();
    void stop() { intake_.stop(); }
    void join() { thread_.join(); }
    // Memory was let go of, or taken.
    void held_changed() { budget_.account(0, events_.held()); }
    // Before a rest: what the files of others are like. Then the loop thread rests.
    void note(changed_files others) { noted_.emplace(std::move(others)); }
    void begin_rest() { rest_.begin(*std::exchange(noted_, {})); }
    // Has the thread call it in its next step. Any thread.
    void ask(std::function<void()> answer) { source_.ask(std::move(answer)); }

private:
    intake_events make_intake_events();
    void hand_over(read_parts parts);

    boost::asio::io_context& loop_;
    intake_thread_events events_;
    answering_source source_;
    byte_budget budget_;
    std::optional<changed_files> noted_;
    rest_watch rest_;
    intake_loop intake_;
    std::thread thread_;
};

} // namespace hubspool
