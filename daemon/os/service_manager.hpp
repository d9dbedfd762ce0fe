// The service manager that started this process, as far as it wants to hear of it: the protocol of
// sd_notify(3), which is stable and one datagram a message.
//
// Not by libsystemd: its sd_notify() waits for ever on a manager that does not read, and what
// hubspool tells must never hold up what it sends.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Any thread.
class service_manager {
public:
    // The one that NOTIFY_SOCKET names; without it nobody listens.
    static service_manager of_environment();
    // `address`: a path, or @ and a name of the abstract space. Anything else: nobody listens.
    explicit service_manager(std::string_view address);

    bool listens() const { return !address_.empty(); }
    // `lines`: NAME=VALUE, with newlines between them. Waits for room at most `patience`. False:
    // it was not taken.
    bool tell(std::string_view lines, milliseconds patience = milliseconds(0)) const;

private:
    std::string address_; // as the kernel has it
};

// The line that asks for so much more time from now on; a start or a stop that takes longer is
// killed.
std::string more_time(milliseconds time);
// Within which the manager wants to hear WATCHDOG=1 of this process (sd_watchdog_enabled(3));
// nothing: it does not.
std::optional<milliseconds> watchdog_period_of_environment();
// The line that sets another.
std::string watchdog_period_text(milliseconds period);

} // namespace hubspool
