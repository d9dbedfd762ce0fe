// The rows of the history as the ledger takes them in; also beside a daemon that commits. Errors as
// in state/database_file.hpp. One thread at a time.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/meta.hpp"
#include "state/database.hpp"
#include "state/ledger/ledger_file.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hubspool {

class history_rows {
public:
    // `directory`: the state directory.
    static result<history_rows> open(const std::string& directory);

    // As of one moment.
    struct facts {
        ledger_mark mark; // of the history; upto: its newest row
        order_key horizon;
    };
    result<facts> look();
    // Visits the settlements of up to `rows_max` rows above `after`, in order, and says which row
    // was the last; `after`: there are no more. No transaction is held in between. `visit` says
    // whether it could read the blob.
    result<std::uint64_t> visit(std::uint64_t after, std::uint64_t upto, std::size_t rows_max,
                                const std::function<bool(std::string_view blob)>& visit);
    // The number of rows above `after`.
    result<std::uint64_t> count(std::uint64_t after);

private:
    explicit history_rows(database db) : db_(std::move(db)) {}

    database db_;
};

} // namespace hubspool
