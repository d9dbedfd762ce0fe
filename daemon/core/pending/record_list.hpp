// The records that one pending change is made of, in about three bytes each.
#pragma once

#include "core/memory/byte_chain.hpp"
#include "core/words/arrival.hpp"
#include "core/words/order_key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct record_ref {
    std::uint64_t file = 0;
    std::uint64_t ordinal = 0; // which record of its file, from 0: its place in the file's books
    std::uint64_t line = 0;    // from 1, for messages
    bool fieldless = false;    // has no field of its own: shares the fate of the change it joined
    std::string_view reference = {}; // "$hubspool".id, the producer's own name for it
    // Byte in the file. The list keeps that of the newest record, and of those that their line may
    // not tell: all where a record does not take one line.
    std::optional<std::uint64_t> offset;
    order_key key = {};
    std::uint32_t fields =
        0;                  // told of those that may be late; a name that is there twice counts so
    record_name first = {}; // which record it was first, if its key does not tell it
};

// Append-only, delta coded: ten million records over a hundred thousand objects must fit in memory
// beside their values, because their fates are settled one by one. Ordinals are below 2^63.
class record_list {
public:
    // The pool must outlive it.
    explicit record_list(chunk_pool& chunks) : coded_(chunks) {}

    void append(const record_ref& record);
    void append(const record_list& other);

    void bring_near() const { coded_.bring_near(); }

    std::uint32_t count() const { return count_; }
    std::size_t bytes_apart() const { return coded_.bytes_apart(); }
    // The newest arrival of all.
    arrival newest() const { return newest_; }
    // The keys rise from each record to the next one.
    bool is_in_order() const { return in_order_; }
    // Of the newest arrival.
    const order_key& newest_key() const { return newest_key_; }
    // Of each, in the order of appending.
    std::vector<order_key> keys() const;

    // Calls visit(const record_ref&) for each record, in the order of appending. `reference` is
    // valid until visit() returns.
    template <class Visit>
    void for_each(Visit visit) const {
        reader at(coded_);
        while (at.next()) {
            const bool is_newest =
                at.record.file == newest_.file && at.record.ordinal == newest_ordinal_;
            if (is_newest && !at.record.offset) at.record.offset = newest_.place;
            visit(at.record);
        }
    }

private:
    struct reader {
        explicit reader(const byte_chain& coded) : rest(coded) {}
        bool next();
        std::uint64_t number();

        byte_chain::reader rest;
        record_ref record = {};
        record_ref base = {}; // the newest so far: what the next one is coded against
        std::string reference;
    };

    [[no_unique_address]] byte_chain coded_; // whose padding takes the count and the flag
    std::uint32_t count_ = 0;
    bool in_order_ = true;
    order_key newest_key_;
    arrival newest_;
    std::uint64_t newest_ordinal_ = 0;
    std::uint64_t newest_line_ = 0;
};

} // namespace hubspool
