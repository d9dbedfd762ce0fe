// Where in a queue file reading stands.
#pragma once

#include <cstdint>

namespace hubspool {

// The value of a file that a place of it stands in. Several of any kind may follow one another.
enum class file_format : std::uint8_t {
    unknown,  // none: nothing but white space was seen so far
    sequence, // none: behind one or more values. A single object, NDJSON
    array,    // [ object, object, ... ]
    inputs,   // {"inputs": [ object, ... ]}: a whole request body
    rows,     // none: below the header of a table, in CSV or TSV
    cut_rows, // none: behind the tail of a table that could not be read
};

// By which signs the rows of a table are divided: by others they would be other rows.
struct table_dialect {
    char delimiter = '\0'; // NUL: it is no table, or was not read yet
    char quote = '\0';     // NUL: none

    friend bool operator==(const table_dialect&, const table_dialect&) = default;
};

// A place in a file from which reading can start: before a record, after all earlier ones.
struct read_point {
    std::uint64_t offset = 0;
    std::uint64_t ordinal = 0; // of the next record
    std::uint64_t line = 1;    // of the next byte
    std::uint64_t bad = 0;     // pieces before it that are no change records
    file_format format = file_format::unknown;
    table_dialect dialect = {};

    friend bool operator==(const read_point&, const read_point&) = default;
};

} // namespace hubspool
