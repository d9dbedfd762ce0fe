// A queue directory of its own for one test, and the things producers do to it.
#pragma once

#include "base/clocks.hpp"
#include "spool/arrivals/file_clock.hpp"
#include "spool/claims/claimed_opening.hpp"
#include "spool/queue_directory.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace hubspool::testing {

inline bool always(lane, const std::string&) {
    return true;
}
inline bool never(lane, const std::string&) {
    return false;
}

inline std::vector<std::string> names_of(const std::vector<claimed_file>& files) {
    std::vector<std::string> names;
    for (const auto& file : files) {
        names.push_back(file.name);
    }
    return names;
}

inline std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Files made so far may be claimed by the next scan, and have earlier times than those made from
// now on.
inline void until_next_tick() {
    for (const auto now = file_now_ns(); file_stamp_ns() <= now;) {
    }
}

class queue_fixture : public ::testing::Test {
protected:
    std::filesystem::path root() const { return dir_.path() / "queue"; }
    std::filesystem::path at(const std::string& relative) const { return root() / relative; }

    std::unique_ptr<queue_directory> open(milliseconds quiet_period = milliseconds(0),
                                          std::uint64_t subdirectory_files = 10000) {
        auto queue = queue_directory::open({root().string(), quiet_period, subdirectory_files});
        if (!queue) {
            throw std::runtime_error(queue.error().message);
        }
        return std::move(*queue);
    }

    static result<int> open_for_reading(const queue_directory& queue, const claimed_file& file) {
        claimed_finder finder(queue.layout());
        return open_claimed_file(finder, file);
    }

    // As a producer does it: written in tmp/, renamed in.
    void put(const std::string& in, const std::string& name, const std::string& content = "{}") {
        const auto temporary = at("tmp") / "being-written.tmp";
        std::ofstream(temporary, std::ios::binary) << content;
        std::filesystem::rename(temporary, at(in) / name);
    }

    // Scans until nothing is left that could be claimed now.
    std::vector<claimed_file> scan_all(queue_directory& queue, std::size_t files_max = 1000) {
        std::vector<claimed_file> all;
        while (true) {
            auto scanned = queue.arrivals().scan(next_, files_max, always);
            if (scanned.error) {
                ADD_FAILURE() << scanned.error->message;
                return all;
            }
            all.insert(all.end(), scanned.claimed.begin(), scanned.claimed.end());
            if (!scanned.again_after) {
                skipped_ = scanned.skipped;
                return all;
            }
        }
    }

    claimed_file claim_one(queue_directory& queue, const std::string& name,
                           const std::string& content = "{}") {
        put("new", name, content);
        auto files = scan_all(queue);
        if (files.size() != 1) {
            throw std::runtime_error("not claimed: " + name);
        }
        return files.front();
    }

    temp_dir dir_;
    // A stamp ahead of the clock: so all files get this one, and their names are known.
    next_claim next_{1, 2'000'000'000'000};
    std::vector<skipped_name> skipped_;
};

} // namespace hubspool::testing
