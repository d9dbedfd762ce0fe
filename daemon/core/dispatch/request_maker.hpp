// Makes the next request, at the moment it may go: a batch, a probe, or a control.
//
// It carries the newest values, takes its slots at the gate, and is among the flights from then on.
// Pure; loop thread.
#pragma once

#include "core/dispatch/control_requests.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/outgoing_request.hpp"
#include "core/words/moment.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hubspool {

class request_maker {
public:
    request_maker(engine_parts& parts, control_requests& controls)
        : parts_(parts), controls_(controls) {}

    // The gate is open, and the planner says now by this mode. Nothing when what was due turns out
    // to be no request now.
    std::optional<outgoing_request> batch(planner_mode mode, const moment& now);
    // The gate is open to a probe only.
    std::optional<outgoing_request> probe(const moment& now);
    // Nothing of it went out: as if it had not been made.
    void take_back(std::uint64_t batch, boot_time now);

private:
    outgoing_request assemble(std::vector<object_index> batch, bool of_a_suspect,
                              const moment& now);
    std::vector<object_index> pending_suspects() const;

    engine_parts& parts_;
    control_requests& controls_;
};

} // namespace hubspool
