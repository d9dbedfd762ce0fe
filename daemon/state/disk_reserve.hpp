// Disk space held back, so that on a full disk outcomes and dead letters can still be recorded:
// what is settled is what lets files leave the disk.
//
// State thread.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

inline constexpr std::uint64_t disk_reserve_bytes = 16U << 20;

class disk_reserve {
public:
    // The file `reserve` in `directory`; one that an earlier run left is taken over.
    explicit disk_reserve(std::string directory);

    // In place and whole.
    bool held() const { return held_; }
    // Frees the space. False when there was nothing to free.
    bool give_up();
    // Takes the space again, once as much again stays free, so that it is not given up at the next
    // commit. A disk that is still full is no failure: held() tells.
    result<void> restore();

private:
    std::string directory_;
    std::string path_;
    bool held_ = false;
};

} // namespace hubspool
