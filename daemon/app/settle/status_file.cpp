#include "app/settle/status_file.hpp"

#include "base/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace hubspool {

void write_status_file(const std::string& state_directory, const std::string& json) {
    const std::string path = state_directory + "/status.json";
    // Beside it, so that a reader sees the old one or the new one, whole.
    const std::string fresh = path + ".new";
    {
        std::ofstream file(fresh, std::ios::trunc);
        file << json << '\n';
        if (!file.flush()) {
            // A full disk is reported where outcomes are written; the old status just grows old.
            log::debug("status.json was not written: the state directory is not writable or full");
            return;
        }
    }
    if (std::rename(fresh.c_str(), path.c_str()) != 0) log::debug("status.json was not replaced");
}

void touch_status_file(const std::string& state_directory) {
    // Its time alone says that the daemon lives.
    (void)::utimensat(AT_FDCWD, (state_directory + "/status.json").c_str(), nullptr, 0);
}

status_file read_status_file(const std::string& state_directory) {
    const std::string path = state_directory + "/status.json";
    struct stat found{};
    status_file read;
    // Its time before its content: what is replaced in between is told older than it is, not newer.
    if (::stat(path.c_str(), &found) != 0) return read;
    read.told = wall_time(std::chrono::seconds(found.st_mtim.tv_sec) +
                          milliseconds(found.st_mtim.tv_nsec / 1000000));
    std::ifstream file(path);
    read.json = {std::istreambuf_iterator<char>(file), {}};
    return read;
}

} // namespace hubspool
