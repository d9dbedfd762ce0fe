// The fixed directories of a queue, opened once, and the queue's lock.
//
// Constant after open(): both threads use the descriptors.
#pragma once

#include "base/result.hpp"
#include "core/words/lane.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/queue_options.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hubspool {

enum class queue_access : std::uint8_t {
    work, // makes what is missing, and takes the lock
    look, // makes nothing and locks nothing: beside a daemon
};

struct queue_layout {
    std::string path;
    std::uint64_t subdirectory_files = 0;
    bool read_only = false;
    left_alone_names left_alone;
    owned_descriptor root, cur, done, rejected;
    owned_descriptor lock; // flock()ed; contains our pid
    std::vector<std::string> warnings;

    static result<std::shared_ptr<const queue_layout>> open(const queue_options& options,
                                                            queue_access access);

    // new/ or bulk/, by path, since an operator may have deleted it and made it again. When it is
    // missing it is made, but for a read-only queue.
    result<owned_descriptor> open_lane(lane which) const;
    // cur/NNNNNN of a number; ENOENT when there is none.
    result<owned_descriptor> open_subdirectory(std::uint64_t index) const;

    // fsync of a directory that is named by its path beneath the queue.
    result<void> sync(int directory, std::string_view relative) const;
    result<void> sync_subdirectory(std::uint64_t index) const;

    std::string shown(std::string_view relative) const;
    std::uint64_t subdirectory_of(std::uint64_t number) const {
        return number / subdirectory_files;
    }
    std::string subdirectory_path(std::uint64_t index) const; // cur/NNNNNN
};

} // namespace hubspool
