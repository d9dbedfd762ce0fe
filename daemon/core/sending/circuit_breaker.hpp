// Stops sending to a destination that is down, finds out when it is back, and starts again gently.
//
// An answer that may be one record's fault opens nothing by itself. After enough of them in a row
// the destination is asked at once, with a control; only what comes of that opens it.
//
// Probes come at intervals that double with each that fails, with full jitter; answers to requests
// that were under way when it opened are no probes and lengthen nothing. Once closed, what may be
// in flight begins at one and doubles with each success. Pure; loop thread.
#pragma once

#include "core/sending/failure_streak.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

struct circuit_breaker_options {
    std::uint32_t failures = 5; // in a row, to open
    milliseconds initial{1000}; // first wait before a probe, and the least one
    milliseconds probe_max{60000};
    std::uint32_t connections = 4;
};

enum class breaker_state : std::uint8_t {
    closed,   // requests flow
    doubtful, // the next request is a probe, at once, and nothing else goes beside it
    open,     // nothing is sent before probe_at()
    probing,  // one probe is on its way; nothing else is sent
};

class circuit_breaker {
public:
    explicit circuit_breaker(circuit_breaker_options options)
        : options_(options), allowed_(options.connections) {}

    breaker_state state() const { return state_; }
    boot_time probe_at() const { return probe_at_; }
    void probe_sent() {
        if (state_ == breaker_state::open) state_ = breaker_state::probing;
    }

    // The destination answered as it should. Closes, and doubles what may be in flight.
    void succeeded();
    // An outage-like failure. Halves what may be in flight; opens after enough of them in a row, or
    // when it was doubtful. `by_suspect`: of an object that fails alone, which may be its own
    // fault.
    void failed(const moment& now, const std::string& why, bool by_suspect = false);
    // An answer that may be a record's fault.
    void doubted(const moment& now, const std::string& why);
    // Do not wait for more of them.
    void doubt();
    // Asks again at once, as if no failure had been: an operator, a new credential.
    void forget();

    // Sending goes on after a time in which none was: as after an outage.
    void start_gently() { allowed_ = 1; }

    // How many requests may be in flight together.
    std::uint32_t allowed() const { return allowed_; }
    // Probes that failed since it opened, and the opening.
    std::uint32_t probes() const { return probes_; }
    // Only objects that fail alone said so: any other may ask at once.
    bool unsure() const { return unsure_; }
    const failure_streak& streak() const { return streak_; }

private:
    circuit_breaker_options options_;
    breaker_state state_ = breaker_state::closed;
    failure_streak streak_;
    std::uint32_t probes_ = 0; // that failed, and the opening; since it opened
    std::uint32_t allowed_;
    bool unsure_ = false;
    boot_time probe_at_ = {};
};

} // namespace hubspool
