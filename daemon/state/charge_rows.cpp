#include "state/charge_rows.hpp"

#include <string_view>

namespace hubspool {

namespace {

// Of those that went with a file that somebody took away nobody tells; the brake stops sooner.
constexpr int rows_max = 10'000;

result<void> write_charge(database& db, const charge& told) {
    // No attempts left against it: the object is innocent again, or gone.
    auto change =
        db.prepare(told.attempts == 0 ? "DELETE FROM charge WHERE object_id = ?1"
                                      : "INSERT OR REPLACE INTO charge (object_id, attempts, last)"
                                        " VALUES (?1, ?2, ?3)");
    if (!change) return change.error();
    if (told.attempts == 0)
        change->bind(std::string_view(told.object_id));
    else
        change->bind(std::string_view(told.object_id), told.attempts, told.last);
    return change->run();
}

} // namespace

result<void> write_charges(database& db, const std::vector<batch_outcome>& outcomes) {
    bool grew = false;
    for (const batch_outcome& outcome : outcomes) {
        for (const charge& told : outcome.charges) {
            if (auto done = write_charge(db, told); !done) return done;
            grew = grew || told.attempts > 0;
        }
    }
    // Nothing was added, so nothing can be too many.
    if (!grew) return {};
    auto trim = db.prepare("DELETE FROM charge WHERE rowid IN (SELECT rowid FROM charge"
                           " ORDER BY last DESC LIMIT -1 OFFSET ?1)");
    if (!trim) return trim.error();
    trim->bind(rows_max);
    return trim->run();
}

result<std::vector<charge>> load_charges(database& db) {
    auto rows = db.prepare("SELECT object_id, attempts, last FROM charge");
    if (!rows) return rows.error();
    std::vector<charge> charges;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return charges;
        charges.push_back({std::string(rows->text(0)), static_cast<std::uint32_t>(rows->number(1)),
                           rows->time(2)});
    }
}

} // namespace hubspool
