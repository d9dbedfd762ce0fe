#include "state/file_rows.hpp"

#include "state/coded_place.hpp"

namespace hubspool {

namespace {

const std::string select_files =
    "SELECT number, lane, name, format, size, mtime_ns, read_offset, read_ordinal, read_line,"
    " read_bad, delivered, superseded, dead, records_in, keep_because, claimed, settled, "
    "mismatches,"
    " overtaken, stamp, remark, unchanged, delimiter, quote FROM file";

result<file_row> row_of(const database& db, const statement& rows) {
    file_row file;
    file.number = rows.number(0);
    // Both numbers become enumerations below.
    if (rows.number(1) > static_cast<std::uint64_t>(lane::bulk) ||
        rows.number(3) > static_cast<std::uint64_t>(file_format::cut_rows)) {
        return db.damaged("a file of no known lane or format");
    }
    file.lane = static_cast<lane>(rows.integer(1));
    file.name = rows.text(2);
    file.size = rows.number(4);
    file.mtime_ns = rows.integer(5);
    file.watermark = {rows.number(6),
                      rows.number(7),
                      rows.number(8),
                      rows.number(9),
                      static_cast<file_format>(rows.integer(3)),
                      {static_cast<char>(rows.integer(22)), static_cast<char>(rows.integer(23))}};
    file.counts = {rows.number(10), rows.number(11), rows.number(12), rows.number(18),
                   rows.number(21)};
    // NULL means not known yet: not read to its end, nothing against it, not settled.
    if (!rows.is_null(13)) file.records_in = rows.number(13);
    if (!rows.is_null(14)) file.keep_because = std::string(rows.text(14));
    file.claimed = rows.time(15);
    if (!rows.is_null(16)) file.settled = rows.time(16);
    file.mismatches = static_cast<std::uint32_t>(rows.integer(17));
    file.stamp = rows.number(19);
    file.remark = rows.text(20);
    return file;
}

result<void> visit_all_of(database& db, statement& rows,
                          const std::function<void(file_row&)>& visit) {
    while (true) {
        const auto row = rows.step();
        if (!row) return row.error();
        if (!*row) return {};
        auto file = row_of(db, rows);
        if (!file) return file.error();
        visit(*file);
    }
}

result<std::vector<file_row>> all_of(database& db, statement& rows) {
    std::vector<file_row> files;
    auto done = visit_all_of(db, rows, [&](file_row& row) { files.push_back(std::move(row)); });
    if (!done) return done.error();
    return files;
}

result<std::optional<file_row>> first_of(database& db, statement& rows) {
    const auto row = rows.step();
    if (!row) return row.error();
    if (!*row) return std::optional<file_row>();
    auto file = row_of(db, rows);
    if (!file) return file.error();
    return std::optional(std::move(*file));
}

} // namespace

result<void> write_files(database& db, const std::vector<file_row>& files) {
    if (files.empty()) return {};
    auto write = db.prepare(
        "INSERT OR REPLACE INTO file (number, lane, name, format, size, mtime_ns, read_offset,"
        " read_ordinal, read_line, read_bad, delivered, superseded, dead, records_in,"
        " keep_because, claimed, settled, mismatches, overtaken, stamp, remark, unchanged,"
        " delimiter, quote)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
        " ?19, ?20, ?21, ?22, ?23, ?24)");
    if (!write) return write.error();
    for (const file_row& file : files) {
        write->bind(file.number, static_cast<int>(file.lane), file.name,
                    static_cast<int>(file.watermark.format), file.size, file.mtime_ns,
                    file.watermark.offset, file.watermark.ordinal, file.watermark.line,
                    file.watermark.bad, file.counts.delivered, file.counts.superseded,
                    file.counts.dead, file.records_in, file.keep_because, file.claimed,
                    file.settled, file.mismatches, file.counts.overtaken, file.stamp, file.remark,
                    file.counts.unchanged, static_cast<int>(file.watermark.dialect.delimiter),
                    static_cast<int>(file.watermark.dialect.quote));
        if (auto done = write->run(); !done) return done;
    }
    return {};
}

result<std::vector<file_row>> load_file_rows(database& db, std::uint64_t from) {
    // Unsettled rows always; of the settled ones those that may still lie in cur/.
    auto rows = db.prepare(select_files + " WHERE settled IS NULL OR number >= ?1 ORDER BY number");
    if (!rows) return rows.error();
    rows->bind(coded_place(from));
    return all_of(db, *rows);
}

result<void> visit_file_rows(database& db, wall_time since, wall_time until, bool open_too,
                             const std::function<void(const file_row&)>& visit) {
    auto rows = db.prepare(select_files + " WHERE (settled >= ?1 AND settled < ?2)"
                                          " OR (settled IS NULL AND ?3)");
    if (!rows) return rows.error();
    rows->bind(since, until, open_too);
    return visit_all_of(db, *rows, visit);
}

result<std::vector<file_row>> load_done_file_rows(database& db, wall_time since, std::size_t most) {
    auto rows = db.prepare(select_files + " WHERE settled >= ?1 AND keep_because IS NULL"
                                          " ORDER BY number DESC LIMIT ?2");
    if (!rows) return rows.error();
    rows->bind(since, static_cast<std::uint64_t>(most));
    return all_of(db, *rows);
}

result<std::optional<file_row>> find_file_row(database& db, const std::string& name) {
    // A name may have come several times: the newest is meant.
    auto rows = db.prepare(select_files + " WHERE name = ?1 ORDER BY number DESC LIMIT 1");
    if (!rows) return rows.error();
    rows->bind(name);
    return first_of(db, *rows);
}

result<std::optional<file_row>> find_file_row(database& db, std::uint64_t number) {
    auto rows = db.prepare(select_files + " WHERE number = ?1");
    if (!rows) return rows.error();
    rows->bind(number);
    return first_of(db, *rows);
}

result<std::uint64_t> trim_files(database& db, wall_time before, std::uint64_t lowest_cur,
                                 int rows_max) {
    auto trim = db.prepare("DELETE FROM file WHERE number IN (SELECT number FROM file"
                           " WHERE settled < ?1 AND number < ?2 LIMIT ?3)");
    if (!trim) return trim.error();
    trim->bind(before, lowest_cur, rows_max);
    if (auto done = trim->run(); !done) return done.error();
    return db.changed();
}

} // namespace hubspool
