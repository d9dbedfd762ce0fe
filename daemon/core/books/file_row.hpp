// What the state records of the files in cur/: values.
#pragma once

#include "core/books/settled_records.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/lane.hpp"
#include "core/words/named_as_of.hpp"
#include "core/words/order_key.hpp"
#include "core/words/read_point.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// One row of `file`: kept while the file is in cur/, and for state.history after.
struct file_row {
    std::uint64_t number = 0;
    hubspool::lane lane = hubspool::lane::live;
    std::string name;
    as_of_ms stamp = 0; // as in its name; 0: written by a version without stamps
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    read_point watermark;
    fate_counts counts;
    std::optional<std::uint64_t> records_in;
    std::optional<std::string> keep_because;
    wall_time claimed = {};
    std::optional<wall_time> settled; // everything has its fate; the file is only moved now
    std::uint32_t mismatches = 0;     // how often its sums disagreed at its end
    std::string remark = {}; // what was taken otherwise than it stands there; mostly nothing
};

// The file of that row, as its name in cur/ and in done/ has it.
inline claimed_file file_of(const file_row& row) {
    return {row.number, row.lane, row.name, row.size,
            order_of_claim(row.number, row.stamp, row.name)};
}

// The store counts the fates and the batches; records_in and requests are the caller's.
struct totals {
    std::uint64_t records_in = 0; // counted by the decoder: of files that were read to their end,
                                  // and what was read of the others is in memory
    std::uint64_t delivered = 0, superseded = 0, dead_lettered = 0;
    std::uint64_t overtaken = 0; // of the superseded ones
    std::uint64_t unchanged = 0;
    std::uint64_t batches = 0, requests = 0;
};

} // namespace hubspool
