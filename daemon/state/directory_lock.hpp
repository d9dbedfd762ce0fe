// One daemon per state directory: a lock on the file `lock` in it, with the holder's pid in it. The
// kernel drops it with the process, however that ends.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <string>

namespace hubspool {

class directory_lock {
public:
    // Fails with EBUSY, naming the holder's pid, when another process has it.
    static result<directory_lock> take(const std::string& directory);

private:
    explicit directory_lock(owned_descriptor file) : file_(std::move(file)) {}
    owned_descriptor file_;
};

} // namespace hubspool
