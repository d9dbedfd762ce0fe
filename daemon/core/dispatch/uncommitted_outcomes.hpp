// Objects whose change has its fate, until the outcome of their batch is durable.
//
// While they wait, each record takes many times its room in a change; so they are bounded. Pure;
// loop thread.
#pragma once

#include "core/pending/pending_set.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace hubspool {

class uncommitted_outcomes {
public:
    uncommitted_outcomes(std::size_t batches_max, std::uint64_t records_max)
        : batches_max_(batches_max), records_max_(records_max) {}

    // Room for as many objects of this batch.
    void reserve(std::uint64_t batch, std::size_t objects) {
        by_batch_[batch].objects.reserve(objects);
    }
    // `records`: how many its settled change has.
    void add(std::uint64_t batch, object_index object, std::uint64_t records);
    // The batch is durable. None when it had settled nothing.
    std::vector<object_index> take(std::uint64_t batch);

    bool full() const { return by_batch_.size() >= batches_max_ || records_ >= records_max_; }
    std::size_t batches() const { return by_batch_.size(); }
    bool empty() const { return by_batch_.empty(); }

private:
    struct settled {
        std::vector<object_index> objects;
        std::uint64_t records = 0;
    };

    std::size_t batches_max_;
    std::uint64_t records_max_;
    std::map<std::uint64_t, settled> by_batch_;
    std::uint64_t records_ = 0;
};

} // namespace hubspool
