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

    // For an outcome without a batch: no batch has such a number.
    std::uint64_t next_ticket() { return no_batch | ++tickets_; }
    // Room for as many objects of this outcome.
    void reserve(std::uint64_t ticket, std::size_t objects) {
        by_ticket_[ticket].objects.reserve(objects);
    }
    // `records`: how many its settled change has.
    void add(std::uint64_t ticket, object_index object, std::uint64_t records);
    // The outcome is durable. None when it had settled nothing.
    std::vector<object_index> take(std::uint64_t ticket);

    bool full() const { return by_ticket_.size() >= batches_max_ || records_ >= records_max_; }
    std::size_t batches() const { return by_ticket_.size(); }
    bool empty() const { return by_ticket_.empty(); }

private:
    static constexpr std::uint64_t no_batch = std::uint64_t{1} << 63;
    struct settled {
        std::vector<object_index> objects;
        std::uint64_t records = 0;
    };

    std::size_t batches_max_;
    std::uint64_t records_max_;
    std::map<std::uint64_t, settled> by_ticket_;
    std::uint64_t records_ = 0;
    std::uint64_t tickets_ = 0;
};

} // namespace hubspool
