// Where in a file records are too late. When too many of the nearest 1,000 are, those that follow
// are gathered: an as_of of the wrong year must not make a million dead letters, wherever in a file
// it begins. Pure.
#pragma once

#include "core/sending/brake.hpp"

#include <cstdint>
#include <deque>

namespace hubspool {

class late_places {
public:
    // Of a record that is too late, in order of ordinals: whether it is to be gathered.
    bool note(std::uint64_t ordinal, const brake_options& too_many) {
        if (gathers_) return true;
        ordinals_.push_back(ordinal);
        while (ordinals_.front() + nearest <= ordinal) ordinals_.pop_front();
        const std::size_t late = ordinals_.size();
        gathers_ = late > too_many.count &&
                   static_cast<double>(late) > too_many.share * static_cast<double>(nearest);
        if (gathers_) ordinals_ = {};
        return gathers_;
    }

private:
    static constexpr std::uint64_t nearest = 1000;

    std::deque<std::uint64_t> ordinals_; // of those that were, among the nearest
    bool gathers_ = false;
};

} // namespace hubspool
