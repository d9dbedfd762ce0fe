// Waits until a file that was put into the queue is settled.
#pragma once

#include "app/stop_signals.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/file_books.hpp"
#include "state/state_store.hpp"

#include <memory>
#include <string>

namespace hubspool {

struct settled_file {
    bool settled = false;
    // It is not: nothing works on the queue, a park that a person must end, or a signal.
    std::string why;
    fate_counts counts;
    std::string rejected_because; // settled, and the file is in rejected/: not wholly read
};

class settle_wait {
public:
    // `signals` end the waiting.
    settle_wait(const settings& options, const stop_signals& signals)
        : options_(options), signals_(signals) {}
    // Blocks as long as a daemon works on the queue. Becomes the owner of the state.
    result<settled_file> wait_for(const std::string& name);

private:
    result<void> open();
    result<std::optional<file_row>> find(const std::string& name);
    result<std::string> obstacle();

    const settings& options_;
    const stop_signals& signals_;
    std::unique_ptr<state_store> store_;
    int without_daemon_ = 0; // polls in a row
};

// The park that only a person, or a change outside, will end: what a command that waits gives up
// at.
const park_row* park_to_stop_at(const std::vector<park_row>& parks);

} // namespace hubspool
