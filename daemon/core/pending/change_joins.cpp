#include "core/pending/change_joins.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

// Of each change: whether it must be one with the change before it, since it, or one behind it,
// has a field of that one, or of one before that.
std::vector<bool> joins_the_one_before(const pending_object& object) {
    std::map<std::pair<field_kind, std::string>, std::size_t> first; // change with that field
    std::vector<bool> joins(object.changes.size());
    for (std::size_t i = 0; i < object.changes.size(); ++i) {
        std::size_t lowest = i;
        // The first change with this field, and all between it and this one, become one: the order
        // of the other fields stays.
        object.changes[i].fields.for_each([&](const field& f, std::uint32_t) {
            lowest =
                std::min(lowest, first.try_emplace({f.kind, std::string(f.name)}, i).first->second);
        });
        for (std::size_t k = i; k > lowest; --k) joins[k] = true;
    }
    return joins;
}

} // namespace

// The set is told of one change fewer; bytes are the caller's.
void change_joins::take(pending_object& object, std::size_t into, std::size_t from,
                        std::vector<order_key>& keys) {
    set_.accepted_.closed(object.changes[from].since);
    --set_.changes_;
    object.changes[into].take(object.changes[from], keys);
}

void change_joins::merge_following(object_index index) {
    pending_object& object = set_.at(index);
    // A change that was sent, or may have been, stays exactly as it is.
    if (object.changes.size() < 2 || object.head_is_fixed()) return;
    const pending_change& next = object.changes[1];
    if (object.head().is_full_for(next.fields.json_bytes(), next.records.count(),
                                  set_.change_bytes_max_))
        return;
    // Bytes are counted before and after: memory may move from one string to another.
    std::size_t& bytes = set_.bytes_[object.share()];
    bytes -= object.bytes_of_changes();
    // One change fewer is waiting; the head keeps its own time.
    std::vector<order_key> keys = object.head().records.keys();
    take(object, 0, 1, keys);
    object.changes.erase(object.changes.begin() + 1);
    bytes += object.bytes_of_changes();
}

void change_joins::join_sharing(const std::function<void(object_index)>& joined) {
    if (set_.changes_ == set_.objects()) return; // as a rule
    // The set must not be changed while it is gone through.
    std::vector<object_index> several;
    set_.for_each([&](object_index index, const pending_object& object) {
        if (object.changes.size() > 1) several.push_back(index);
    });
    for (const object_index index : several) {
        pending_object& object = set_.at(index);
        const std::vector<bool> joins = joins_the_one_before(object);
        if (std::find(joins.begin(), joins.end(), true) == joins.end()) continue;
        std::size_t& bytes = set_.bytes_[object.share()];
        bytes -= object.bytes_of_changes();
        // Changes that join go into the last one kept; others move up.
        std::size_t into = 0;
        std::vector<order_key> keys = object.head().records.keys();
        for (std::size_t i = 1; i < joins.size(); ++i) {
            if (joins[i]) {
                take(object, into, i, keys);
                continue;
            }
            if (++into != i) object.changes[into] = std::move(object.changes[i]);
            keys = object.changes[into].records.keys();
        }
        object.changes.erase(object.changes.begin() + static_cast<std::ptrdiff_t>(into) + 1,
                             object.changes.end());
        bytes += object.bytes_of_changes();
        joined(index);
    }
}

} // namespace hubspool
