// Where a file of ours has gone in the queue, for a producer who may look into neither cur/ nor
// done/. The kernel tells the path of an open descriptor whatever the rights on its directories
// are. One thread.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <string>

namespace hubspool {

enum class queue_place { waiting, claimed, done, rejected, removed, elsewhere };

class followed_file {
public:
    // A file in the queue's tmp/, whose descriptor is `tmp`. Fails where the kernel does not tell.
    static result<followed_file> open(int tmp, const std::string& name);

    // `removed`: deleted, as a settled file is at once when queue.retention is 0.
    result<queue_place> place() const;

private:
    followed_file(owned_descriptor file, std::string root)
        : file_(std::move(file)), root_(std::move(root)) {}

    owned_descriptor file_; // O_PATH: it only names the file
    std::string root_;      // the queue, as the kernel names it, with a slash
};

} // namespace hubspool
