// Totals and files as of one moment, also beside a daemon that commits: their sums agree. A value.
#pragma once

#include "core/books/file_row.hpp"
#include "core/books/meta.hpp"

#include <cstdint>
#include <vector>

namespace hubspool {

struct books_snapshot {
    hubspool::meta meta;
    std::vector<file_row> files;         // in order of number
    std::uint64_t open_dead_letters = 0; // that nobody has dropped
};

} // namespace hubspool
