// When the pending changes were accepted: how many of them at each instant, so that the oldest is
// known without going through all. A million came at some thousand instants. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstddef>
#include <map>
#include <optional>

namespace hubspool {

class acceptance_times {
public:
    void opened(boot_time at) {
        if (!open_.empty() && open_.rbegin()->first == at) {
            ++open_.rbegin()->second;
        } else {
            ++open_[at];
        }
    }
    // As often as it was opened, in any order; the oldest first as a rule.
    void closed(boot_time at) {
        const auto found = open_.begin()->first == at ? open_.begin() : open_.find(at);
        if (--found->second == 0) open_.erase(found);
    }
    std::optional<boot_time> oldest() const {
        return open_.empty() ? std::nullopt : std::optional(open_.begin()->first);
    }

private:
    std::map<boot_time, std::size_t> open_;
};

} // namespace hubspool
