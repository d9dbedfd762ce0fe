#include "app/status_file.hpp"

#include "base/log.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace hubspool {

void write_status_file(const std::string& state_directory, const std::string& json) {
    const std::string path = state_directory + "/status.json";
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

std::string read_status_file(const std::string& state_directory) {
    std::ifstream file(state_directory + "/status.json");
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace hubspool
