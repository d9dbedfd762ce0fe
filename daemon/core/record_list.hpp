// The records that one pending change is made of, in about seven bytes each.
#pragma once

#include "core/compact_text.hpp"
#include "core/position.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubspool {

struct record_ref {
    position at;
    std::uint64_t ordinal = 0; // which record of its file, from 0: its place in the file's books
    std::uint64_t line = 0;    // from 1, for messages
    bool fieldless = false;    // has no field of its own: shares the fate of the change it joined
    std::string_view reference = {}; // "$hubspool".id, the producer's own name for it
};

// Append-only, delta coded: ten million records over a hundred thousand objects must fit in memory
// beside their values, because their fates are settled one by one.
class record_list {
public:
    void append(const record_ref& record);
    void append(const record_list& other);

    void bring_near() const { coded_.bring_near(coded_.empty() ? 0 : coded_.size() - 1); }

    std::size_t count() const { return count_; }
    std::size_t bytes() const { return coded_.capacity(); }
    // The newest position; records are appended from old to new.
    position newest() const { return newest_; }

    // Calls visit(const record_ref&) for each record, in the order of appending.
    template <class Visit>
    void for_each(Visit visit) const {
        reader at{coded_.text()};
        while (at.next()) visit(at.record);
    }

private:
    struct reader {
        std::string_view rest;
        record_ref record = {};
        bool next();
    };

    compact_text coded_;
    position last_; // and its ordinal and line: what the next one is coded against
    std::uint64_t last_ordinal_ = 0;
    std::uint64_t last_line_ = 0;
    position newest_;
    std::size_t count_ = 0;
};

} // namespace hubspool
