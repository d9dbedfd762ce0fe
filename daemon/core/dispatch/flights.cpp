#include "core/dispatch/flights.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

flight flights::end(std::uint64_t batch) {
    const auto found = under_way_.find(batch);
    flight ended = std::move(found->second);
    under_way_.erase(found);
    return ended;
}

bool flights::any_fresh() const {
    return std::any_of(under_way_.begin(), under_way_.end(),
                       [](const auto& one) { return one.second.fresh; });
}

} // namespace hubspool
