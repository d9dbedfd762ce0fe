// Objects of which nothing may go before a time: a request that named them may still land.
//
// For those of which no pending object can tell: it is gone, was read by the run before, or a
// control names it. Pure; loop thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <unordered_map>

namespace hubspool {

class landing_holds {
public:
    // The later of two stays. By object_id_hash().
    void hold(std::uint64_t id_hash, boot_time until);
    void release(std::uint64_t id_hash) { until_.erase(id_hash); }
    // A time long past when nothing is held.
    boot_time until(std::uint64_t id_hash) const;
    bool empty() const { return until_.empty(); }
    // Lets go of those whose time is over, once there are many.
    void tidy(boot_time now);

private:
    std::unordered_map<std::uint64_t, boot_time> until_;
};

} // namespace hubspool
