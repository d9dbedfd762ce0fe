// Tells whether files that other processes write have changed, by looks at their inodes alone.
//
// It may say so once too often. A change within the clock's tick of the one before shows no other
// time; so a file that has just changed counts as changed at the next look too.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class changed_files {
public:
    // Looks at them for the first time. A file that is not there is one that may come.
    changed_files(std::vector<std::string> paths, wall_time now);

    // True when one of them may have changed since the last look.
    bool look(wall_time now);

private:
    struct watched {
        std::string path;
        std::optional<std::string> seen; // nothing: it counts as changed
    };
    std::vector<watched> files_;
};

} // namespace hubspool
