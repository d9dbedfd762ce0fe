// Tells what the daemon says of itself: has the state thread write status.json when that has
// changed, and often enough to show that it moves. Loop thread.
#pragma once

#include "app/settle/settle_loop.hpp"
#include "app/settle/status_file.hpp"
#include "base/mailbox.hpp"
#include "base/status_json.hpp"
#include "core/engine/status_pace.hpp"
#include "core/words/time.hpp"

#include <string>
#include <utility>

namespace hubspool {

class status_teller {
public:
    explicit status_teller(mailbox<settle_message>& state) : state_(state) {}

    void tell(const daemon_status& status, boot_time now) {
        std::string json = status_json(status);
        if (pace_.is_due(json, now)) state_.post_now(live_status{std::move(json)});
    }

private:
    mailbox<settle_message>& state_;
    status_pace pace_{work_told_every};
};

} // namespace hubspool
