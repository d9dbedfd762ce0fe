// What reading one window of a queue file gave: the unit handed from the intake thread to core.
#pragma once

#include "core/field_key.hpp"
#include "core/position.hpp"
#include "core/text_arena.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Decides who is sent first, never which value wins.
enum class lane : std::uint8_t {
    live, // claimed from new/
    bulk, // claimed from bulk/
};

// The value of a file that a place of it stands in. Several of any kind may follow one another.
enum class file_format : std::uint8_t {
    unknown,  // none: nothing but white space was seen so far
    sequence, // none: behind one or more values. A single object, NDJSON
    array,    // [ object, object, ... ]
    inputs,   // {"inputs": [ object, ... ]}: a whole request body
};

// A place in a file from which reading can start: before a record, after all earlier ones.
struct read_point {
    std::uint64_t offset = 0;
    std::uint64_t ordinal = 0; // of the next record
    std::uint64_t line = 1;    // of the next byte
    std::uint64_t bad = 0;     // pieces before it that are no change records
    file_format format = file_format::unknown;

    friend bool operator==(const read_point&, const read_point&) = default;
};

// A part of a block's arena.
struct slice {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
};

// A valid change record. `object_id` is unescaped and canonical (no leading zeros in a number);
// `fields` is coded as core/field_set.hpp says, its keys are the block's; `reference` is
// "$hubspool".id or empty.
struct decoded_record {
    std::uint64_t offset = 0;
    std::uint64_t ordinal = 0;
    std::uint64_t line = 0;
    slice object_id;
    slice fields;
    slice reference;
};

// A piece that is no valid change record. Becomes a dead letter.
struct bad_record {
    std::uint64_t offset = 0;
    std::uint64_t size = 0; // bytes it occupies in the file
    std::uint64_t ordinal = 0;
    std::uint64_t count = 1; // records in the books; more than one for a row that names a range
    std::uint64_t line = 0;
    std::string reason;    // a sentence for a person
    std::string content;   // as it stands in the file; cut at bad_content_bytes_max
    std::string object_id; // empty when it could not be told
    std::string reference;
};
inline constexpr std::size_t bad_content_bytes_max = 64 * 1024;

struct decoded_block {
    std::uint64_t file = 0;
    hubspool::lane lane = hubspool::lane::live;
    read_point from; // where the block starts
    read_point to;   // where the next one starts
    text_arena arena;
    std::vector<field_key> keys; // of its records' fields
    std::vector<decoded_record> records;
    std::vector<bad_record> bad;
    std::uint64_t lone_surrogates = 0; // that were replaced by U+FFFD

    std::string_view text(slice part) const { return arena.text().substr(part.begin, part.size); }
    // What it holds of its file's text.
    std::size_t bytes() const {
        std::size_t sum = arena.size();
        for (const field_key& key : keys) sum += sizeof key + key.name.size();
        for (const bad_record& piece : bad) sum += sizeof piece + piece.content.size();
        return sum;
    }
};

} // namespace hubspool
