// Which settled files a replay is about.
#pragma once

#include "cli/commands/commands.hpp"
#include "spool/claims/done_files.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

struct replay_choice {
    std::vector<done_file> files; // from old to new, one of each base; by as_of when as newest
    std::uint64_t bytes = 0;
    struct left_out {
        std::string path;
        std::string why;
    };
    std::vector<left_out> left_out; // chosen, but cannot be replayed
    std::uint64_t doubles = 0;      // replays of another chosen file
};

// By name: a path in done/, a name there, the producer's name, or a number. By time: files of which
// something may have been delivered then, since they had come before `until` and were not settled
// before `since`. A name that nothing has is a failure, so that a slip of the keyboard sends
// nothing. Becomes the state's owner.
result<replay_choice> choose_files(const command_context& context,
                                   const replay_arguments& arguments);

} // namespace hubspool
