// Moves files out of cur/: to done/, to rejected/, or away.
//
// The state thread's: it alone uses what this class remembers. The layout is shared and constant.
#pragma once

#include "spool/claims/claimed_finder.hpp"
#include "spool/queue_directory.hpp"
#include "spool/queue_layout.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace hubspool {

class queue_moves {
public:
    explicit queue_moves(const queue_layout& layout);

    result<std::optional<queue_directory::claimed_look>> look(const claimed_file& file);
    result<void> to_done(const claimed_file& file, wall_time settled);
    result<void> remove(const claimed_file& file);
    result<void> reject(const claimed_file& file, const std::string& reason);
    result<std::optional<queue_directory::claimed_look>> look_in_done(const claimed_file& file,
                                                                      wall_time settled) const;
    result<void> reject_from_done(const claimed_file& file, wall_time settled,
                                  const std::string& reason);
    // Makes them durable; a failure leaves all of them to the next call.
    result<void> sync();

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
