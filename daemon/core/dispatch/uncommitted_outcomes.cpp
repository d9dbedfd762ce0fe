#include "core/dispatch/uncommitted_outcomes.hpp"

#include <utility>

namespace hubspool {

void uncommitted_outcomes::add(std::uint64_t ticket, object_index object, std::uint64_t records) {
    settled& waiting = by_ticket_[ticket];
    waiting.objects.push_back(object);
    // Records are counted too, because a change may hold very many.
    waiting.records += records;
    records_ += records;
}

std::vector<object_index> uncommitted_outcomes::take(std::uint64_t ticket) {
    const auto found = by_ticket_.find(ticket);
    if (found == by_ticket_.end()) return {};
    records_ -= found->second.records;
    std::vector<object_index> objects = std::move(found->second.objects);
    by_ticket_.erase(found);
    return objects;
}

} // namespace hubspool
