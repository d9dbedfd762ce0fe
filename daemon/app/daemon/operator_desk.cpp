#include "app/daemon/operator_desk.hpp"

#include <algorithm>

namespace hubspool {

void operator_desk::ask() {
    if (rule_.ask()) state_.post_now(request_wanted{});
}

void operator_desk::ask_anew() {
    if (rule_.ask_anew()) state_.post_now(request_wanted{});
}

bool operator_desk::read(const std::optional<operator_request>& found, const moment& now) {
    const std::vector<park> parks = core_.parks();
    const bool is_paused = std::any_of(
        parks.begin(), parks.end(), [](const park& p) { return p.reason == park_reason::paused; });
    const operator_rule::step next = rule_.read(found, is_paused);
    if (next.ask_again) state_.post_now(request_wanted{});
    if (next.resume) core_.handle(event::resume_wanted{}, now);
    if (next.pause) core_.handle(event::pause_wanted{}, now);
    return next.go_on;
}

} // namespace hubspool
