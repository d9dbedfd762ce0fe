// While the loop thread rests, the intake looks in its place: with each of its scans at the files
// that other processes write, and once a minute it says in the status that the daemon lives.
// Intake thread, but for begin().
#pragma once

#include "base/mailbox.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/changed_files.hpp"

#include <optional>
#include <string>

namespace hubspool {

class rest_watch {
public:
    explicit rest_watch(std::string state_directory)
        : state_directory_(std::move(state_directory)) {}

    // A rest begins; `noted`: the files as they were before it. Loop thread.
    void begin(changed_files noted) { rests_.post_now(std::move(noted)); }

    // The loop thread is told of something, so it rests no more.
    void handed_over() { holds_ = false; }
    // Before a scan. True: files of others may have changed, and the rest must end.
    bool look(boot_time now, wall_time wall);

private:
    std::string state_directory_;
    mailbox<changed_files> rests_{1};
    std::optional<changed_files> noted_;
    bool holds_ = false; // the loop thread rests, and was told of nothing since
    boot_time told_at_ = {};
};

} // namespace hubspool
