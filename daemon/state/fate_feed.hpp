// The fates of records in the order in which they were committed, for who takes them in elsewhere;
// also beside a daemon that commits. No transaction is held between two calls, so a reader that
// stands holds up nobody. Errors as in state/database_file.hpp. One thread.
#pragma once

#include "base/result.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/file_row.hpp"
#include "core/words/time.hpp"
#include "state/database.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

class fate_feed {
public:
    // ENOENT: there is no history yet.
    static result<fate_feed> open(const std::string& directory);

    // Numbers of rows rise in the order of the commits, and are given once in an epoch.
    struct facts {
        std::uint64_t epoch = 0;
        std::uint64_t first = 1, last = 0; // rows that there are
    };
    result<facts> look();
    // The first row that finished since then, or one behind the last.
    result<std::uint64_t> first_since(wall_time since);

    struct fed_row {
        std::uint64_t number = 0;
        batch_outcome outcome; // without dead letters
    };
    // The first `most` with numbers above `after`, in order.
    result<std::vector<fed_row>> rows_after(std::uint64_t after, std::size_t most);
    // Nothing: its row is gone.
    result<std::optional<file_row>> find_file(std::uint64_t number);

private:
    explicit fate_feed(database db) : db_(std::move(db)) {}

    database db_;
};

} // namespace hubspool
