// Weighs the answer to a request: first what it says of everybody, then what becomes of its
// objects. Writes the batch's outcome.
//
// Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/response_verdict.hpp"
#include "core/dispatch/common_effects.hpp"
#include "core/dispatch/control_requests.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/flights.hpp"
#include "core/dispatch/input_rulings.hpp"
#include "core/dispatch/response_effect.hpp"
#include "core/words/moment.hpp"

#include <cstdint>

namespace hubspool {

class answer_weigher {
public:
    answer_weigher(engine_parts& parts, control_requests& controls)
        : parts_(parts), controls_(controls), common_(parts), rulings_(parts) {}

    // The batch must be under way; it is not any more afterwards.
    response_effect weigh(std::uint64_t batch, const api_response& response, const moment& now);

private:
    response_verdict judge(const flight& ended, const api_response& response, const moment& now);
    void judge_stale(const flight& ended, response_verdict& verdict);
    void note_landing(const response_verdict& verdict, const flight& ended, boot_time now);

    engine_parts& parts_;
    control_requests& controls_;
    common_effects common_;
    input_rulings rulings_;
};

} // namespace hubspool
