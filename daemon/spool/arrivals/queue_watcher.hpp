// Tells when new/ or bulk/ may hold something new. inotify, and nothing but a hint.
//
// Intake thread waits in it; wake() may be called from any thread.
#pragma once

#include "base/result.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"
#include "spool/arrivals/left_alone_names.hpp"

#include <memory>
#include <string>

namespace hubspool {

class queue_watcher {
public:
    // A missing directory or exhausted inotify limits are no failure: the timer scans all the same.
    // Names that are `left_alone` end no wait.
    static result<std::unique_ptr<queue_watcher>>
    open(const std::string& directory, left_alone_names left_alone = left_alone_names());
    virtual ~queue_watcher() = default;

    // Waits until a rename into new/ or bulk/ was seen, wake() was called, or `at_most` has passed.
    // Also ends it when events were lost. Reopens the directories by path when they were deleted
    // and made again.
    virtual void wait(milliseconds at_most) = 0;
    // Ends the wait under way, or the next one, at once.
    virtual void wake() = 0;
    // Whether the rename of this name was seen (and forgets names that scans have dealt with).
    virtual bool announced(lane which, const std::string& name) const = 0;
    virtual void forget(lane which, const std::string& name) = 0;
};

} // namespace hubspool
