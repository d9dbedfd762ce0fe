// Sees what producers do in tmp/, new/ and bulk/ of a queue, by inotify.
//
// Changes nothing, and works beside a daemon. One thread.
#pragma once

#include "base/result.hpp"
#include "os/owned_descriptor.hpp"
#include "spool/arrivals/producer_conduct.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hubspool {

class producer_watch {
public:
    // `directory`: a queue. ENOENT: it has no tmp/, new/ or bulk/.
    static result<producer_watch> open(const std::string& directory);

    // Readable when something was seen.
    int descriptor() const { return inotify_.get(); }
    // What was seen since, in its order; waits for nothing.
    result<std::vector<producer_conduct::event>> take();
    // The kernel has left some out: more was written than it keeps.
    bool has_lost() const { return has_lost_; }

private:
    struct watched {
        producer_conduct::place where = producer_conduct::place::tmp;
        owned_descriptor opened;
    };

    explicit producer_watch(owned_descriptor inotify) : inotify_(std::move(inotify)) {}
    result<void> add(const std::string& path, producer_conduct::place where);
    void add_event(const std::string& name, std::uint32_t mask, const watched& directory,
                   std::vector<producer_conduct::event>& out) const;

    owned_descriptor inotify_;
    std::map<int, watched> directories_; // by the number of the watch
    bool has_lost_ = false;
};

} // namespace hubspool
