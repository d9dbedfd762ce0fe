// What tells whether the machine was started anew: the boot clock began again then, and what was
// written without fsync may be lost.
//
// The kernel's boot id alone will not do: a container has one of its own laid over it, and a
// service in it, for which /proc is mounted once more, sees the machine's. So there is a second
// mark, which both see: a random id in a file of /dev/shm, made by the first run of each user. It
// lies in memory, and ends with it. No rule by the wall clock: of two boots that both began before
// the clock was set, it says the same.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

struct boot_marks {
    std::string kernel; // empty: not to be had, as below
    std::string memory;
};

// One mark that agrees is enough: neither can come again after a reboot.
bool same_boot(const boot_marks& one, const boot_marks& other);

// Of now. Any thread. `memory_directory` counts only when it lies in memory.
boot_marks boot_marks_now(const std::string& memory_directory = "/dev/shm");

// From the text of /proc/self/timens_offsets: how far the boot clock is off in a time namespace.
// Empty: it is not. It is a part of each mark, since times of one namespace mean nothing in others.
std::string boot_clock_offset(std::string_view timens_offsets);

} // namespace hubspool
