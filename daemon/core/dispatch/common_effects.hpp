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
    void weigh_doubt(const response_verdict& verdict, const flight& ended, const moment& now,
                     response_effect& effect);
    void end_parks(const response_verdict& verdict, const flight& ended,
                   const api_response& response);

    engine_parts& parts_;
};

} // namespace hubspool
