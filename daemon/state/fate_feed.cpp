#include "state/fate_feed.hpp"

#include "state/batch_rows.hpp"
#include "state/database_file.hpp"
#include "state/file_rows.hpp"

namespace hubspool {

result<fate_feed> fate_feed::open(const std::string& directory) {
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    return fate_feed(std::move(*db));
}

result<fate_feed::facts> fate_feed::look() {
    auto found = db_.prepare("SELECT epoch, (SELECT min(seq) FROM batch),"
                             " (SELECT max(seq) FROM batch) FROM meta");
    if (!found) return found.error();
    found->bind();
    const auto row = found->step();
    if (!row) return row.error();
    if (!*row) return facts{};
    facts known;
    known.epoch = static_cast<std::uint64_t>(found->integer(0));
    if (!found->is_null(1)) known.first = found->number(1);
    if (!found->is_null(2)) known.last = found->number(2);
    return known;
}

result<std::uint64_t> fate_feed::first_since(wall_time since) {
    // The sign keeps SQLite from walking the table in the order of seq.
    auto found = db_.prepare("SELECT min(+seq), (SELECT max(seq) FROM batch) FROM batch"
                             " WHERE finished >= ?1");
    if (!found) return found.error();
    found->bind(since);
    const auto row = found->step();
    if (!row) return row.error();
    if (*row && !found->is_null(0)) return found->number(0);
    return *row && !found->is_null(1) ? found->number(1) + 1 : 1;
}

result<std::vector<fate_feed::fed_row>> fate_feed::rows_after(std::uint64_t after,
                                                              std::size_t most) {
    std::vector<fed_row> rows;
    auto visited =
        visit_batches_after(db_, after, most, [&](std::uint64_t number, batch_outcome outcome) {
            rows.push_back({number, std::move(outcome)});
        });
    if (!visited) return visited.error();
    return rows;
}

result<std::optional<file_row>> fate_feed::find_file(std::uint64_t number) {
    return find_file_row(db_, number);
}

} // namespace hubspool
