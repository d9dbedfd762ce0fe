#include "cli/check/checks.hpp"
#include "cli/check/directory_check.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>

#include <sys/stat.h>

#include <cerrno>

namespace hubspool {

void check_state(const settings& options, findings& out) {
    const std::string& directory = options.state.directory;
    if (!check_directory("state", "state.directory", directory, out)) return;
    // 0700: dead letters hold the content of events.
    struct stat found{};
    if (::stat(directory.c_str(), &found) == 0 && (found.st_mode & 077U) != 0)
        out.push_back(
            {finding::warning, "state",
             fmt::format("{0} has mode {1:04o}: dead letters hold events' content; chmod 0700 {0}",
                         directory, found.st_mode & 07777U)});
    // Files of an earlier call as root would stop the service later.
    if (!check_own_files(
            "state", directory,
            {"lock", "state.db", "state.db-wal", "state.db-shm", "dead-letters.ndjson", "sending"},
            out))
        return;
    const auto store = state_store::open(directory, state_store::access::read_only);
    if (store) {
        out.push_back(
            {finding::good, "state", fmt::format("{} holds a sound database", directory)});
    } else if (store.error().code == ESTALE) {
        // An older schema is no fault: only the daemon brings it up to date.
        out.push_back({finding::good, "state",
                       directory + " holds the database of an older version; the next start brings "
                                   "it up to date"});
    } else if (store.error().code == ENOENT) {
        out.push_back(
            {finding::good, "state", "no database yet; hubspool makes it at its first start"});
    } else {
        out.push_back({finding::error, "state", store.error().message});
    }
}

} // namespace hubspool
