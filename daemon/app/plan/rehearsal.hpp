// A drain without a network: the engine itself, in a time of its own, against a HubSpot that
// delivers all it gets. So a plan sends what a drain would send, request by request, and nothing is
// estimated that the engine knows.
//
// Its actions are carried out in memory: an answer comes after a set time, a commit at once.
// Nothing is read or written but by what the caller links. One thread.
#pragma once

#include "core/engine/engine.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct rehearsed {
    fate_counts fates;                   // of the records
    std::uint64_t requests = 0;          // batches, and probes of a day that has begun
    std::uint64_t inputs = 0;            // changes in them
    std::uint64_t body_bytes = 0;        // of the requests
    std::uint64_t asked_objects = 0;     // the ledger was asked about
    std::uint64_t unsent_objects = 0;    // for which no time ever comes
    bool memory_sufficed = true;         // all was read before anything was sent
    std::optional<boot_time> first = {}; // request
    boot_time last = {};                 // answer
};

class rehearsal {
public:
    struct links {
        std::function<ledger_answer(const std::vector<std::string>& object_ids)> ledger;
        std::function<quota_day(const moment& now)> day;
        std::function<void(const outgoing_request&)> sends;
        std::function<void(const dead_letter&)> dies;
    };

    // `an_answer`: how long HubSpot takes. What the links refer to outlives it.
    rehearsal(const engine_options& options, const moment& now, milliseconds an_answer, links to);
    rehearsal(const rehearsal&) = delete;
    rehearsal& operator=(const rehearsal&) = delete;

    // Once, before anything is read.
    void begin(event::run_before left);
    // Sends until more of that lane may be read, as the intake waits for it.
    void make_room(lane which);
    void read(const decoded_block& block);
    void file_ended(std::uint64_t file);
    // All that the run before had read is read again. Once.
    void pass_frontiers();
    // All is read: sends the rest.
    rehearsed finish();

private:
    struct flying {
        boot_time answered_at;
        std::uint64_t batch;
        std::string body; // of the answer
    };

    void tell(event::any happened) { engine_.handle(std::move(happened), now_); }
    bool has_room(lane which) const;
    void run(const std::function<bool()>& is_enough);
    bool wait(boot_time until);
    void go_to(boot_time at);
    void answer();

    void act(action::send_request& a);
    void act(action::look_up& a);
    void act(action::persist_outcome& a);
    void act(action::persist_day_count& a);
    void act(action::connect& a);
    template <class Action>
    void act(Action&) {} // is nothing to anybody here

    engine engine_;
    moment now_;
    const std::size_t bytes_max_;
    const milliseconds an_answer_;
    links to_;
    std::vector<std::string> asked_about_; // of the ledger, which answers after a while
    std::deque<flying> flying_;            // all answers take as long: the first is answered first
    bool passed_ = false;                  // the frontiers
    rehearsed sums_;
};

} // namespace hubspool
