// Totals and files as of one moment, also beside a daemon that commits: their sums agree. A value.
#pragma once

#include "core/books/file_row.hpp"
#include "core/books/meta.hpp"
#include "state/letters/letter_sums.hpp"

#include <vector>

namespace hubspool {

struct books_snapshot {
    hubspool::meta meta;
    std::vector<file_row> files; // in order of number
    letter_sums letters;
};

} // namespace hubspool
