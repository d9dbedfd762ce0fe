// What an answer says of everybody: limits, holds, an outage, parks.
//
// Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/response_verdict.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/flights.hpp"
#include "core/dispatch/response_effect.hpp"
#include "core/words/moment.hpp"

#include <cstdint>

namespace hubspool {

class common_effects {
public:
    explicit common_effects(engine_parts& parts) : parts_(parts) {}

    void apply(const response_verdict& verdict, const flight& ended, const api_response& response,
               const moment& now, response_effect& effect);

private:
    void learn(const response_verdict& verdict, const flight& ended, const api_response& response,
               const moment& now, response_effect& effect);
    void note_findings(const response_verdict& verdict, const flight& ended,
                       response_effect& effect) const;
    void weigh_doubt(const response_verdict& verdict, const flight& ended, bool asks_another,
                     const moment& now, response_effect& effect);
    void end_parks(const response_verdict& verdict, const flight& ended,
                   const api_response& response);
    // Counts it: the answer to a park's probe may be its object's fault, and others are left to
    // ask with.
    bool asks_another(const response_verdict& verdict, const flight& ended);

    engine_parts& parts_;
    std::uint32_t probes_in_doubt_ = 0; // of parks, in a row
};

} // namespace hubspool
