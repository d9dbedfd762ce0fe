// Controls: what HubSpot took a short while ago goes once more, alone, to tell a record's fault
// from an outage. At most one is under way.
//
// Pure; loop thread.
#pragma once

#include "core/answers/response_verdict.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/dispatch/flights.hpp"
#include "core/dispatch/outgoing_request.hpp"
#include "core/words/time.hpp"

#include <optional>

namespace hubspool {

class control_requests {
public:
    explicit control_requests(engine_parts& parts) : parts_(parts) {}

    // Nothing when one is under way, or there is nothing to ask with.
    std::optional<outgoing_request> begin(boot_time now);
    bool under_way() const { return under_way_; }
    // Its answer came: what it says of who is to blame.
    void weigh(const flight& ended, const response_verdict& verdict, boot_time now,
               batch_outcome& outcome);
    // It may still land: newer values of its object wait, from its end on.
    void hold(const flight& ended, boot_time now);
    // Nothing of it can land any more: newer values of its object may go.
    void release(const flight& ended, boot_time now);

private:
    engine_parts& parts_;
    bool under_way_ = false;
};

} // namespace hubspool
