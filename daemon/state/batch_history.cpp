#include "state/batch_history.hpp"

#include "state/batch_rows.hpp"
#include "state/database_file.hpp"

namespace hubspool {

result<batch_history> batch_history::open(const std::string& directory) {
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    return batch_history(std::move(*db));
}

result<std::optional<batch_outcome>> batch_history::find(std::uint64_t batch) {
    if (batch == 0) return std::optional<batch_outcome>();
    return find_batch_row(db_, batch);
}

result<batch_history::rows> batch_history::recorded(std::optional<wall_time> since) {
    // Answered from the index of times, and from the ends of the table. The sign keeps SQLite from
    // walking the table in the order of seq instead.
    auto found = db_.prepare(since ? "SELECT min(+seq), (SELECT max(seq) FROM batch) FROM batch"
                                     " WHERE finished >= ?1"
                                   : "SELECT (SELECT min(seq) FROM batch),"
                                     " (SELECT max(seq) FROM batch)");
    if (!found) return found.error();
    since ? found->bind(*since) : found->bind();
    const auto row = found->step();
    if (!row) return row.error();
    if (!*row || found->is_null(0)) return rows{};
    return rows{found->number(0), found->number(1)};
}

result<void> batch_history::visit_of(std::string_view object_id, rows among,
                                     const std::function<void(const batch_outcome&)>& visit) {
    return visit_batches_of(db_, object_id, among.first, among.last, visit);
}

result<void> batch_history::visit_settled(std::uint64_t from,
                                          const std::function<void(const settled_record&)>& visit) {
    return hubspool::visit_settled(db_, from, visit);
}

} // namespace hubspool
