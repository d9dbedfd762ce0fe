#include "state/span_history.hpp"

#include "state/database_file.hpp"
#include "state/file_rows.hpp"

namespace hubspool {

hour_figures& hour_figures::operator+=(const hour_figures& other) {
    requests += other.requests;
    failed += other.failed;
    inputs += other.inputs;
    delivered += other.delivered;
    retried += other.retried;
    dead_lettered += other.dead_lettered;
    answered += other.answered;
    answered_ms += other.answered_ms;
    return *this;
}

result<span_history> span_history::open(const std::string& directory) {
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    return span_history(std::move(*db));
}

result<void> span_history::visit_hours(const time_span& span,
                                       const std::function<void(const hour_figures&)>& visit) {
    // The last columns of a row lie behind its settlement, in other pages: none of them is asked.
    auto rows = db_.prepare("SELECT finished / 3600000, count(*),"
                            " sum(http_status NOT BETWEEN 200 AND 299), sum(inputs),"
                            " sum(delivered), sum(retried), sum(dead_lettered),"
                            " sum(http_status <> 0),"
                            " sum(CASE http_status WHEN 0 THEN 0 ELSE duration_ms END)"
                            " FROM batch WHERE finished >= ?1 AND finished < ?2 AND batch <> 0"
                            " GROUP BY 1 ORDER BY 1");
    if (!rows) return rows.error();
    rows->bind(span.since, span.until);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        hour_figures hour;
        hour.begins = wall_time(std::chrono::hours(rows->integer(0)));
        hour.requests = rows->number(1);
        hour.failed = rows->number(2);
        hour.inputs = rows->number(3);
        hour.delivered = rows->number(4);
        hour.retried = rows->number(5);
        hour.dead_lettered = rows->number(6);
        hour.answered = rows->number(7);
        hour.answered_ms = rows->number(8);
        visit(hour);
    }
}

result<void> span_history::visit_files(const time_span& span, bool open_too,
                                       const std::function<void(const file_row&)>& visit) {
    return visit_file_rows(db_, span.since, span.until, open_too, visit);
}

result<void> span_history::visit_parks(const time_span& span,
                                       const std::function<void(ended_park)>& visit) {
    auto rows = db_.prepare("SELECT reason, since, ended, words FROM park"
                            " WHERE ended > ?1 AND since < ?2 ORDER BY since");
    if (!rows) return rows.error();
    rows->bind(span.since, span.until);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        if (rows->number(0) >= park_reason_count) return db_.damaged("a park without a reason");
        visit({static_cast<park_reason>(rows->integer(0)), rows->time(1), rows->time(2),
               std::string(rows->text(3))});
    }
}

result<std::string> span_history::file_name(std::uint64_t number) {
    auto found = db_.prepare("SELECT name FROM file WHERE number = ?1");
    if (!found) return found.error();
    found->bind(number);
    const auto row = found->step();
    if (!row) return row.error();
    return *row ? std::string(found->text(0)) : std::string();
}

} // namespace hubspool
