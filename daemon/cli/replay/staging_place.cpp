#include "cli/replay/staging_place.hpp"

#include "base/clocks.hpp"
#include "os/system_failure.hpp"
#include "state/replay/replay_jobs.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace hubspool {

namespace {

constexpr std::string_view beginning = "replay-";

// The directory of the job under way; empty: it has none.
result<std::string> used_by_job(const std::string& state_directory) {
    auto jobs = replay_jobs::open(state_directory, replay_jobs::access::look);
    if (!jobs) return jobs.error();
    const auto job = jobs->under_way();
    if (!job) return job.error();
    if (!*job) return std::string();
    const auto first = jobs->files_of((*job)->id, 0, 1);
    if (!first) return first.error();
    if (first->empty() || !first->front().staged) return std::string();
    return first->front().source.substr(0, first->front().source.find('/'));
}

} // namespace

result<staging_place> staging_place::take(const std::string& state_directory) {
    const std::string path = state_directory + "/replay.lock";
    owned_descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!lock) return system_failure("open", path, errno);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return failure{"another `hubspool replay` is writing its records down just now", EBUSY};
    const auto used = used_by_job(state_directory);
    if (!used) return used.error();
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(state_directory, failed)) {
        const std::string name = entry.path().filename();
        if (name.starts_with(beginning) && name != *used)
            std::filesystem::remove_all(entry.path(), failed);
    }
    return staging_place(std::move(lock),
                         fmt::format("{}{}", beginning, wall_now().time_since_epoch().count()));
}

void remove_staged(const std::string& state_directory, const std::string& source) {
    std::error_code ignored;
    const std::string directory = source.substr(0, source.find('/'));
    if (directory.starts_with(beginning))
        std::filesystem::remove_all(state_directory + '/' + directory, ignored);
}

} // namespace hubspool
