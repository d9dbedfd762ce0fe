// Reading what was recorded, for the commands; also beside a daemon that commits. Changes nothing.
//
// EBUSY: another process keeps the database locked; it may be tried again later. One thread at a
// time.
#pragma once

#include "base/result.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/books/meta.hpp"
#include "state/books_snapshot.hpp"
#include "state/history_filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class history {
public:
    virtual ~history() = default;

    virtual result<meta> load_meta() = 0;
    // In order of number: those numbered `from` or above, and all unsettled ones.
    virtual result<std::vector<file_row>> load_files(std::uint64_t from) = 0;
    // Both, and the newest thousand rows, as of one moment.
    virtual result<books_snapshot> load_books(std::uint64_t from) = 0;
    // The newest file of that name.
    virtual result<std::optional<file_row>> find_file(const std::string& name) = 0;
    // The newest rows_max, or with after_batch the first rows_max behind it; from old to new.
    // Without outcomes that are no batch; their dead_letters are not filled in.
    virtual result<std::vector<batch_outcome>> load_batches(const history_filter& filter) = 0;
};

} // namespace hubspool
