// Where a replay writes its records down: one command at a time.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"

#include <string>

namespace hubspool {

class staging_place {
public:
    // Takes the lock, which ends with this object, and removes what commands left there that were
    // killed. EBUSY: another one is at work.
    static result<staging_place> take(const std::string& state_directory);
    // Of a directory beneath the state directory that nobody has made yet.
    const std::string& name() const { return name_; }

private:
    staging_place(owned_descriptor lock, std::string name)
        : lock_(std::move(lock)), name_(std::move(name)) {}

    owned_descriptor lock_;
    std::string name_;
};

// Removes what a job has left there that is over.
void remove_staged(const std::string& state_directory, const std::string& source);

} // namespace hubspool
