// How long opening a claimed file is tried, when something that may pass stands in the way.
//
// Pure; intake thread, one for each file.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// What an opening failed of.
enum class opening_obstacle : std::uint8_t {
    of_file,    // it is no file, or cannot be read: it is rejected
    links,      // it has more than one, and its producer may be about to remove one
    lease,      // another program holds one, which the kernel ends in time
    of_process, // descriptors or memory are short here: not the file's fault
};

struct failed_opening {
    opening_obstacle obstacle = opening_obstacle::of_file;
    std::string why;          // for a person
    milliseconds patience{0}; // within it links or a lease may go away, counted from now
};

class opening_patience {
public:
    // Whether it is to be tried again, soon; else the file is given up.
    bool allows_another(const failed_opening& failed, boot_time now);

private:
    std::optional<boot_time> until_; // since links or a lease were first met
};

} // namespace hubspool
