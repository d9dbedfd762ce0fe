#include "state/ledger/history_rows.hpp"

#include "state/database_file.hpp"

#include <fmt/format.h>

namespace hubspool {

result<history_rows> history_rows::open(const std::string& directory) {
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    return history_rows(std::move(*db));
}

result<history_rows::facts> history_rows::look() {
    auto row = db_.prepare("SELECT state_id, epoch, portal, portal_from,"
                           " (SELECT ifnull(max(seq), 0) FROM batch), horizon_as_of,"
                           " horizon_number FROM meta");
    if (!row) return row.error();
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return db_.damaged("its table meta is empty");
    return facts{{std::string(row->text(0)), row->number(1), std::string(row->text(2)),
                  row->number(3), row->number(4)},
                 {row->number(5), row->number(6), 0}};
}

result<std::uint64_t> history_rows::visit(std::uint64_t after, std::uint64_t upto,
                                          std::size_t rows_max,
                                          const std::function<bool(std::string_view blob)>& visit) {
    auto rows = db_.prepare("SELECT seq, settlement FROM batch WHERE seq > ?1 AND seq <= ?2"
                            " ORDER BY seq LIMIT ?3");
    if (!rows) return rows.error();
    rows->bind(after, upto, static_cast<std::uint64_t>(rows_max));
    std::uint64_t last = after;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return last;
        last = rows->number(0);
        if (!visit(rows->text(1)))
            return db_.damaged(fmt::format("row {} of the table batch cannot be read", last));
    }
}

result<std::uint64_t> history_rows::count(std::uint64_t after) {
    auto rows = db_.prepare("SELECT count(*) FROM batch WHERE seq > ?1");
    if (!rows) return rows.error();
    rows->bind(after);
    const auto row = rows->step();
    if (!row) return row.error();
    return *row ? rows->number(0) : 0;
}

} // namespace hubspool
