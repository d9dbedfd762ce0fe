// What became of files since a call, by their rows in the state then and now. Pure.
#pragma once

#include "core/books/file_row.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace hubspool {

using rows_by_number = std::map<std::uint64_t, file_row>;

struct settled_since {
    fate_counts counts;               // of records
    std::uint64_t rejected_files = 0; // not wholly readable
};

// Of the files numbered `first` to `last`. What was settled before the call is not counted again; a
// file without a row then came after it was noted.
settled_since count_settled_since(const rows_by_number& before, const std::vector<file_row>& now,
                                  std::uint64_t first, std::uint64_t last);

} // namespace hubspool
