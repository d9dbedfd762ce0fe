// How many of the first records of a file are too late. Too many, and the file as a whole is
// refused: an as_of of the wrong year must not make a million dead letters. Pure.
#pragma once

#include "core/records/decoded_block.hpp"

#include <cstdint>

namespace hubspool {

struct late_options {
    order_key horizon;        // records of smaller keys are too late
    std::uint32_t count = 50; // more than so many,
    double share = 0.05;      // and more than this part: as the brake has it
};

class late_share {
public:
    // Of these first records.
    static constexpr std::uint64_t records_looked_at = 1000;

    explicit late_share(const late_options& options) : options_(options) {}

    void add(const decoded_block& block) {
        for (const decoded_record& record : block.records) {
            if (seen_ == records_looked_at) return;
            ++seen_;
            late_ += block.key_of(record) < options_.horizon ? 1 : 0;
        }
    }
    bool is_full() const { return seen_ == records_looked_at; }
    std::uint64_t seen() const { return seen_; }
    std::uint64_t late() const { return late_; }
    bool is_too_many() const {
        return late_ > options_.count &&
               static_cast<double>(late_) > options_.share * static_cast<double>(seen_);
    }

private:
    late_options options_;
    std::uint64_t seen_ = 0, late_ = 0;
};

} // namespace hubspool
