// May anything go now? One answer from the limits, the breaker, the parks and the holds.
//
// Every request passes here: it takes its slots as it goes, and while one asks whether sending may
// go on (a probe), nothing goes beside it. The parts must outlive the gate. Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/limits/request_slots.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/sending/common_hold.hpp"
#include "core/sending/park_list.hpp"
#include "core/words/moment.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// What shuts the gate until an event opens it again, whatever the time.
enum class closure : std::uint8_t {
    stopping,   // no new request: for good
    operators,  // whether they want a pause is being asked
    frontier,   // what the run before had read is read again first; an account check may go
    credential, // none that is proved; only an account check may go
    outcomes,   // too many wait for their commit; an account check may go
};
inline constexpr std::size_t closure_count = 5;

struct gate_options {
    milliseconds retry_initial{1000};
    milliseconds retry_max{300000};
    std::optional<std::uint64_t> requests_max = {}; // in all; nothing: no limit
};

// What the gate cannot know by itself.
struct gate_facts {
    std::size_t in_flight = 0;
    bool fresh_ready = false; // an object against which nothing is held
};

struct gate_answer {
    boot_time at = boot_time::max(); // now; later; max(): not before an event
    bool probe_only = false;         // then one object alone may go, to ask with
};

class send_gate {
public:
    send_gate(request_slots& slots, circuit_breaker& breaker, park_list& parks, common_hold& hold,
              gate_options options)
        : slots_(slots), breaker_(breaker), parks_(parks), hold_(hold), options_(options) {}

    void set(closure why, bool closed) { closed_[static_cast<std::size_t>(why)] = closed; }
    bool is_closed(closure why) const { return closed_[static_cast<std::size_t>(why)]; }
    // As many as may go in all have gone: shut for good.
    bool is_spent() const { return options_.requests_max && passed_ >= *options_.requests_max; }

    // For batches and probes.
    gate_answer ask(boot_time now, const gate_facts& facts);
    // For an account check that is wanted at `wanted`.
    boot_time account_check_at(boot_time wanted, boot_time now);

    // What a request took on its way out.
    struct passage {
        request_slots::taken slot;
        bool asks_parks = false;   // its answer tells whether the parks may end
        bool asks_breaker = false; // its answer tells whether the outage is over
        bool probes() const { return asks_parks || asks_breaker; }
    };
    passage pass(boot_time now);
    passage pass_account_check(boot_time now);
    // Nothing of it went out.
    void turn_back(const passage& passed, boot_time now);
    // It has ended; returns when its slot of the window is free again.
    boot_time end(const passage& passed, exchange_end end, exchange_kind kind, boot_time now);

    // Sending stops as a whole.
    void park(park_request wanted, const moment& now);
    // Parks when the day's part is spent; tells whether that is new, or was asked too early.
    bool park_when_spent(const moment& now);
    // Nothing was sent, or nothing of HubSpot answered: the destination is left alone for a while.
    void failed(const moment& now, const std::string& why);
    // What stood in the way may have gone: asks at once. A spent day stays spent.
    void ask_again(boot_time now);

private:
    passage take(boot_time now, bool asks_parks);

    request_slots& slots_;
    circuit_breaker& breaker_;
    park_list& parks_;
    common_hold& hold_;
    gate_options options_;
    std::array<bool, closure_count> closed_{};
    bool probe_under_way_ = false;
    std::uint64_t passed_ = 0; // requests, in all
};

} // namespace hubspool
