#include "core/dispatch/uncommitted_outcomes.hpp"

#include <utility>

namespace hubspool {

void uncommitted_outcomes::add(std::uint64_t batch, object_index object, std::uint64_t records) {
    settled& waiting = by_batch_[batch];
    waiting.objects.push_back(object);
    // Records are counted too, because a change may hold very many.
    waiting.records += records;
    records_ += records;
}

std::vector<object_index> uncommitted_outcomes::take(std::uint64_t batch) {
    const auto found = by_batch_.find(batch);
    if (found == by_batch_.end()) return {};
    records_ -= found->second.records;
    std::vector<object_index> objects = std::move(found->second.objects);
    by_batch_.erase(found);
    return objects;
}

} // namespace hubspool
