#include "spool/claims/done_retention.hpp"

#include "base/clocks.hpp"
#include "os/system_failure.hpp"
#include "spool/claims/done_files.hpp"
#include "spool/directory_access.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

namespace hubspool {
namespace {

constexpr std::size_t files_a_sweep = 100'000; // a second or two

// True when the day is gone.
result<bool> sweep_day(const queue_layout& layout, const std::string& day,
                       std::size_t& files_left) {
    const auto shown = layout.shown("done/" + day);
    const auto directory = open_directory(layout.done.get(), day, shown);
    if (!directory) {
        return directory.error();
    }
    int error = 0;
    const auto listed = each_name(directory->get(), shown, [&](const std::string& name) {
        // Bounded, so that the state thread comes back to its mailbox.
        if (files_left == 0) {
            return false;
        }
        --files_left;
        const int failed = ::unlinkat(directory->get(), name.c_str(), 0) == 0 ? 0 : errno;
        // The first failure is told; what is beside it goes all the same.
        if (error == 0 && failed != ENOENT) {
            error = failed;
        }
        return true;
    });
    if (!listed) {
        return listed.error();
    }
    if (error != 0) {
        return system_failure("delete settled files of", shown, error);
    }
    // Perhaps more is in it: the next sweep goes on.
    if (files_left == 0) {
        return false;
    }
    if (::unlinkat(layout.done.get(), day.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
        return system_failure("remove", shown, errno);
    }
    return true;
}

} // namespace

result<void> sweep_done(const queue_layout& layout, wall_time now, milliseconds retention) {
    // A day may go when its last moment is old enough; ISO days sort as text.
    const auto first_kept = iso_day(now - retention);
    std::vector<std::string> days;
    auto listed = each_name(layout.done.get(), layout.shown("done"), [&](const std::string& name) {
        if (is_day_of_done(name) && name < first_kept) {
            days.push_back(name);
        }
        return true;
    });
    if (!listed) {
        return listed;
    }
    std::sort(days.begin(), days.end());
    std::size_t files_left = files_a_sweep;
    result<void> first_failure;
    for (const auto& day : days) {
        const auto swept = sweep_day(layout, day, files_left);
        // One that cannot go, because somebody put a directory into it, keeps no other.
        if (!swept) {
            if (first_failure) {
                first_failure = swept.error();
            }
        } else if (!*swept) {
            break;
        }
    }
    return first_failure;
}

} // namespace hubspool
