// Moves files out of cur/: to done/, to rejected/, or away.
//
// The state thread's: it alone uses what this class remembers. The layout is shared and constant.
#pragma once

#include "base/result.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/time.hpp"
#include "spool/claims/claimed_finder.hpp"
#include "spool/claims/claimed_look.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace hubspool {

class queue_moves {
public:
    explicit queue_moves(const queue_layout& layout);

    // A claimed file before it is moved: whether it grew after it was read. Nothing: it is gone.
    result<std::optional<claimed_look>> look(const claimed_file& file);

    // Out of cur/. Not there any more is success: a crash came between.
    result<void> to_done(const claimed_file& file, wall_time settled);
    result<void> remove(const claimed_file& file);
    // To rejected/, with `reason` in a file NAME.reason beside it.
    result<void> reject(const claimed_file& file, const std::string& reason);

    // A file that to_done() moved, as it is now; nothing: it is gone. And from there to rejected/,
    // as reject() does.
    result<std::optional<claimed_look>> look_in_done(const claimed_file& file,
                                                     wall_time settled) const;
    result<void> reject_from_done(const claimed_file& file, wall_time settled,
                                  const std::string& reason);

    // Makes the moves so far durable: before rows of the state are dropped. A failure leaves all
    // of them to the next call.
    result<void> sync();
    // Deletes days of done/ that ended more than `retention` ago; 100,000 files a call at most.
    result<void> sweep_done(wall_time now, milliseconds retention) const;

private:
    result<std::string> prepare_rejected(const claimed_file& file, const std::string& name,
                                         std::uint64_t inode, const std::string& reason);
    result<void> move(const claimed_file& file, const claimed_finder::found& from, int to,
                      const std::string& relative, const std::string& new_name);
    result<owned_descriptor> open_day(const std::string& day);
    result<void> sync_if_there(const result<owned_descriptor>& directory,
                               const std::string& path) const;
    void left(const claimed_file& file);
    void remove_empty_subdirectories();

    const queue_layout& layout_;
    claimed_finder finder_;
    // Not yet durable.
    std::set<std::string> days_;
    bool made_day_ = false;
    bool rejected_ = false;
    std::set<std::uint64_t> sources_;
    // Subdirectories that files left and that may be empty now; the highest left so far.
    std::set<std::uint64_t> emptying_;
    std::uint64_t highest_ = 0;
};

} // namespace hubspool
