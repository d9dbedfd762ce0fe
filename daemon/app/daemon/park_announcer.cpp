#include "app/daemon/park_announcer.hpp"

#include "app/settle/outcome_log.hpp"

#include <utility>

namespace hubspool {

park_announcer::park_announcer(mailbox<settle_message>& state, std::vector<park> restored)
    : state_(state), announced_(std::move(restored)) {
    log_parks({}, announced_);
}

void park_announcer::announce(std::vector<park> parks, const moment& now) {
    log_parks(announced_, parks);
    announced_ = std::move(parks);
    state_.post_now(parks_changed{park_rows(announced_, now.boot, now.wall)});
}

} // namespace hubspool
