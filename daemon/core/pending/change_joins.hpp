// Makes one of several changes of an object. Pure; loop thread.
#pragma once

#include "core/pending/pending_set.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace hubspool {

class change_joins {
public:
    // The set must outlive it.
    explicit change_joins(pending_set& set) : set_(set) {}

    // After a failure that says nothing against the first change: it takes up what collected behind
    // it.
    void merge_following(object_index index);
    // Of objects with several changes: those that share a field become one with all between them,
    // whatever its size. None of them may be on the wire. Tells which objects that concerns.
    void join_sharing(const std::function<void(object_index)>& joined);

private:
    void take(pending_object& object, std::size_t into, std::size_t from,
              std::vector<order_key>& keys); // of the one that takes

    pending_set& set_;
};

} // namespace hubspool
