// Change records as the intake hands them to core, for the tests of the engine.
#pragma once

#include "coded_fields.hpp"
#include "core/pending/field_set.hpp"
#include "core/records/decoded_block.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool::testing {

// Names and JSON values; a name with a dollar before it is a custom property's.
using field_list = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline constexpr std::uint64_t record_size = 100; // bytes each takes in its file

class record_block {
public:
    explicit record_block(std::uint64_t file = 1, lane in = lane::live,
                          std::uint64_t first_ordinal = 0)
        : next_(first_ordinal) {
        block_.file = file;
        block_.lane = in;
    }

    // Of the whole file.
    record_block& order(const file_order& of_file) {
        block_.order = of_file;
        return *this;
    }
    // Of the record before.
    record_block& as_of(as_of_ms own) {
        block_.records.back().as_of = own;
        return *this;
    }

    // The record before brings it along.
    record_block& carries(const order_key& key, bool as_newest = false) {
        block_.carried.push_back({block_.records.back().ordinal, key, as_newest});
        return *this;
    }

    record_block& record(std::string_view id, field_list fields, std::string_view reference = {}) {
        text_arena coded;
        for (const auto& [name, value] : fields) {
            if (name.front() != '$') {
                put_field(coded, block_.keys, {field_kind::property, name, value});
                continue;
            }
            const std::string key(name.substr(1));
            const std::string attributes = R"("value":)" + std::string(value) + "}";
            put_field(coded, block_.keys, {field_kind::custom, key, attributes});
        }
        block_.records.push_back(
            {next_ * record_size, next_, next_ + 1, keep(id), keep(coded.text()), keep(reference)});
        ++next_;
        return *this;
    }

    // `count` pieces of the file in one row that cannot be read.
    record_block& bad(std::string reason, std::uint64_t count = 1) {
        bad_record piece;
        piece.offset = next_ * record_size;
        piece.size = count * record_size;
        piece.ordinal = next_;
        piece.count = count;
        piece.line = next_ + 1;
        piece.reason = std::move(reason);
        block_.bad.push_back(std::move(piece));
        next_ += count;
        return *this;
    }

    const decoded_block& block() const { return block_; }

private:
    slice keep(std::string_view text) {
        const slice part{static_cast<std::uint32_t>(block_.arena.size()),
                         static_cast<std::uint32_t>(text.size())};
        block_.arena.append(text);
        return part;
    }

    decoded_block block_;
    std::uint64_t next_;
};

} // namespace hubspool::testing
