#include "core/properties/id_search.hpp"

#include <utility>

namespace hubspool {

id_search::question id_search::next() const {
    if (left_.empty()) return question::none;
    return !is_listed_ && pages_ < left_.size() ? question::page : question::one;
}

void id_search::take_page(const event_page& page) {
    ++pages_;
    for (const std::string& id : page.object_ids) left_.erase(id);
    after_ = page.after;
    is_listed_ = after_.empty();
}

void id_search::take_one(bool exists) {
    std::string id = std::move(left_.extract(left_.begin()).value());
    if (!exists) unknown_.push_back(std::move(id));
    if (!is_listed_) return;
    lacks_events_ = lacks_events_ || exists;
    if (lacks_events_ || ++checked_ < checked_max) return;
    unknown_.insert(unknown_.end(), left_.begin(), left_.end());
    left_.clear();
}

void id_search::leave_one() {
    left_.erase(left_.begin());
    ++given_up_;
}

} // namespace hubspool
