#include "spool/arrivals/waiting_survey.hpp"

#include "core/words/printable.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/arrivals/file_clock.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {
namespace {

constexpr std::size_t blocked_listed_max = 100;
constexpr std::int64_t day_ns = std::int64_t{24} * 3600 * 1'000'000'000;

// When its content was last changed: a copy may keep an old mtime, and nothing sets a ctime back.
std::int64_t changed_ns(const file_look& look) {
    return std::max(look.mtime_ns, look.ctime_ns);
}

void keep_older(std::optional<wall_time>& oldest, std::int64_t at_ns) {
    const wall_time at(std::chrono::floor<milliseconds>(std::chrono::nanoseconds(at_ns)));
    oldest = std::min(oldest.value_or(at), at);
}

std::string obstacle(int directory, const file_look& directory_look, const std::string& name,
                     const file_look& look) {
    auto why = reading_obstacle(directory, name, look);
    if (!why.empty()) return why;
    const int error = expected_moving_error(directory, directory_look, name, look);
    return error == 0 ? std::string() : moving_obstacle(error, look);
}

result<void> survey_lane(const queue_layout& layout, lane which, queue_backlog& out) {
    const auto directory = layout.open_lane(which);
    if (!directory) return directory.error();
    const int lane_fd = directory->get();
    // Asked once a lane, not once a file: whether files may be moved depends on the directory.
    file_look lane_look;
    (void)look_at(lane_fd, ".", lane_look);
    return each_name(lane_fd, layout.shown(lane_directory(which)), [&](const std::string& name) {
        file_look look;
        if (look_at(lane_fd, name, look) != 0) return true;
        const std::uint64_t bytes = S_ISREG(look.mode) ? look.size : 0;
        // Counted by age, so that an upload that was given up is noticed.
        if (layout.left_alone.contain(name)) {
            ++out.left_alone;
            keep_older(out.left_alone_since, changed_ns(look));
        } else if (auto why = obstacle(lane_fd, lane_look, name, look); !why.empty()) {
            ++out.blocked_files;
            out.blocked_bytes += bytes;
            if (out.blocked.size() < blocked_listed_max)
                out.blocked.push_back(
                    {fmt::format("{}/{}", lane_directory(which), printable(name)), std::move(why)});
        } else {
            ++out.files;
            out.bytes += bytes;
        }
        return true;
    });
}

// Who may not list it is told of the lanes all the same.
void survey_tmp(const queue_layout& layout, queue_backlog& out) {
    const auto directory = open_directory(layout.root.get(), "tmp", layout.shown("tmp"));
    if (!directory) return;
    // A day: uploads of hours are not rare.
    const std::int64_t before = file_now_ns() - day_ns;
    (void)each_name(directory->get(), layout.shown("tmp"), [&](const std::string& name) {
        file_look look;
        if (look_at(directory->get(), name, look) != 0 || changed_ns(look) > before) return true;
        ++out.unfinished_files;
        out.unfinished_bytes += S_ISREG(look.mode) ? look.size : 0;
        keep_older(out.unfinished_since, changed_ns(look));
        return true;
    });
}

} // namespace

result<queue_backlog> survey_waiting(const queue_layout& layout) {
    queue_backlog out;
    // A lane that cannot be listed is an error: its files would be told as none.
    for (const auto which : {lane::live, lane::bulk})
        if (const auto surveyed = survey_lane(layout, which, out); !surveyed)
            return surveyed.error();
    survey_tmp(layout, out);
    return out;
}

std::uint64_t count_waiting_since(const queue_layout& layout, wall_time at) {
    std::uint64_t files = 0;
    for (const auto which : {lane::live, lane::bulk}) {
        const auto directory = layout.open_lane(which);
        if (!directory) continue;
        (void)each_name(
            directory->get(), layout.shown(lane_directory(which)), [&](const auto& name) {
                file_look look;
                // Producers' files may come and go while they are listed.
                if (layout.left_alone.contain(name) || look_at(directory->get(), name, look) != 0)
                    return true;
                // ctime: when it came into the directory, whatever times its producer has set.
                const wall_time came(
                    std::chrono::floor<milliseconds>(std::chrono::nanoseconds(look.ctime_ns)));
                if (came <= at) ++files;
                return true;
            });
    }
    return files;
}

} // namespace hubspool
