// Failures in a row: how many, since when, and what the last one said. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

class failure_streak {
public:
    void count(wall_time at, const std::string& why) {
        if (length_ == 0) since_ = at;
        ++length_;
        last_ = why;
    }
    void end() { length_ = 0; }

    std::uint32_t length() const { return length_; }
    // Of the newest streak, also when it has ended.
    wall_time since() const { return since_; }
    const std::string& last() const { return last_; }

private:
    std::uint32_t length_ = 0;
    wall_time since_ = {};
    std::string last_;
};

} // namespace hubspool
