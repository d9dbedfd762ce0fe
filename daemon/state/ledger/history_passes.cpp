#include "state/ledger/history_passes.hpp"

#include <algorithm>

namespace hubspool {

bool history_passes::narrow() {
    if (width_ == 1) return false;
    width_ /= 2;
    return true;
}

void history_passes::begin_next(std::size_t held, std::size_t held_max) {
    // As wide as is full to nine tenths: slices differ a little.
    const double places_an_object =
        static_cast<double>(width_) / static_cast<double>(std::max<std::size_t>(1, held));
    const double fitting = std::max(1.0, 0.9 * static_cast<double>(held_max) * places_an_object);
    from_ += width_;
    const std::uint64_t left = places - from_;
    width_ = fitting < static_cast<double>(left) ? static_cast<std::uint64_t>(fitting) : left;
}

} // namespace hubspool
