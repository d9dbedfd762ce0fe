// Waits until a file that was put into the queue is settled. It asks the state, which has the
// records' fates. For who may not read that, it follows the file's way through the queue.
#pragma once

#include "app/stop_signals.hpp"
#include "base/clocks.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/books/file_books.hpp"
#include "core/engine/drain_rule.hpp"
#include "spool/reading/followed_file.hpp"
#include "state/history.hpp"

#include <memory>
#include <string>

namespace hubspool {

struct settled_file {
    bool settled = false;
    // It is not: nothing works on the queue, a park that a person must end, or a signal.
    std::string why;
    fate_counts counts;
    bool counts_known = true;     // else the state could not be read, and `counts` says nothing
    std::string rejected_because; // settled, and the file is in rejected/: not wholly read
};

class settle_wait {
public:
    explicit settle_wait(const settings& options) : options_(options) {}
    // Before anything is queued: finds out how there can be waited. A failure: in no way.
    result<void> prepare();
    // Then: whether files must be followed from before their rename.
    bool needs_followed() const { return needs_followed_; }
    // Blocks as long as a daemon works on the queue and until `signals` have one. Becomes the owner
    // of the state. `followed` may be null unless it is needed.
    result<settled_file> wait_for(const std::string& name, const stop_signals& signals,
                                  const followed_file* followed = nullptr);

private:
    enum class look { goes_on, ended };

    result<void> open();
    bool is_kept_out(const failure& why) const;
    result<std::optional<file_row>> find(const std::string& name);
    result<look> look_at_state(const std::string& name, settled_file& fate);
    result<look> look_at_place(const std::string& name, const followed_file& followed,
                               settled_file& fate) const;
    result<std::string> obstacle(const stop_signals& signals);

    const settings& options_;
    std::unique_ptr<history> store_;
    bool needs_followed_ = false;
    bool is_kept_out_ = false;        // of the state, which others may read
    bool is_absent_ = false;          // there is none yet
    int without_daemon_ = 0;          // polls in a row
    drain_rule rule_{{}, boot_now()}; // without a deadline: a file may take days
};

} // namespace hubspool
