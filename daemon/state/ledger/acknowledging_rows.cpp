#include "state/ledger/acknowledging_rows.hpp"

#include "core/books/batch_outcome.hpp"
#include "state/database_file.hpp"
#include "state/ledger/history_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace hubspool {

namespace {

constexpr std::uint64_t rows_a_look = 5000;

result<history_rows::facts> look_at_history(const std::string& directory) {
    auto history = history_rows::open(directory);
    if (!history) return history.error();
    return history->look();
}

// Visits the settlements of the rows above `after` up to `upto`, in order.
result<void>
visit_settlements(database& db, std::uint64_t after, std::uint64_t upto,
                  const std::function<void(std::uint64_t row, const change_view&)>& visit) {
    auto rows = db.prepare("SELECT seq, settlement FROM batch WHERE seq > ?1 AND seq <= ?2"
                           " ORDER BY seq");
    if (!rows) return rows.error();
    rows->bind(after, upto);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        const std::uint64_t number = rows->number(0);
        if (!visit_settled_changes(rows->text(1),
                                   [&](const change_view& change) { visit(number, change); }))
            return db.damaged(fmt::format("row {} of the table batch cannot be read", number));
    }
}

class row_search {
public:
    explicit row_search(const std::vector<ledger_entry>& entries) : entries_(entries) {
        for (std::size_t i = 0; i < entries.size(); ++i) {
            places_.emplace(entries[i].object_id, i);
            found.emplace_back(entries[i].fields.size());
            for (const ledger_field& f : entries[i].fields)
                missing_ += f.acknowledged == order_key{} ? 0 : 1;
        }
    }

    bool has_all() const { return missing_ == 0; }
    // Rows above `after` up to `upto`; all above these were looked at before.
    result<void> look(database& db, std::uint64_t after, std::uint64_t upto) {
        return visit_settlements(db, after, upto, [&](std::uint64_t row, const change_view& seen) {
            look_at(seen, row, upto);
        });
    }

    field_rows found;

private:
    void look_at(const change_view& change, std::uint64_t row, std::uint64_t upto) {
        const auto at = places_.find(change.object_id);
        if (at == places_.end() || !is_at_hubspot(change.fate)) return;
        const std::vector<ledger_field>& fields = entries_[at->second].fields;
        for (const field_view& seen : change.fields)
            for (std::size_t i = 0; i < fields.size(); ++i) {
                const ledger_field& known = fields[i];
                std::uint64_t& is_in = found[at->second][i];
                if (seen.key == order_key{} || seen.key != known.acknowledged ||
                    seen.kind != known.field.kind || seen.name != known.field.name || is_in > upto)
                    continue;
                missing_ -= is_in == 0 ? 1 : 0;
                is_in = row;
            }
    }

    const std::vector<ledger_entry>& entries_;
    std::unordered_map<std::string_view, std::size_t> places_;
    std::size_t missing_ = 0;
};

} // namespace

result<field_rows> find_acknowledging_rows(const std::string& directory,
                                           const std::vector<ledger_entry>& entries) {
    const auto facts = look_at_history(directory);
    if (!facts) return facts.error();
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    row_search search(entries);
    const std::uint64_t first = facts->mark.portal_from;
    for (std::uint64_t upto = facts->mark.upto; upto > first && !search.has_all();) {
        const std::uint64_t after = upto - std::min(upto - first, rows_a_look);
        if (auto looked = search.look(*db, after, upto); !looked) return looked.error();
        upto = after;
    }
    return std::move(search.found);
}

result<void> visit_acknowledged(const std::string& directory, std::uint64_t from,
                                const std::function<void(std::string_view object_id)>& visit) {
    const auto facts = look_at_history(directory);
    if (!facts) return facts.error();
    auto db = open_database(directory, database::mode::read_only);
    if (!db) return db.error();
    std::uint64_t after = std::max(from > 0 ? from - 1 : 0, facts->mark.portal_from);
    // In steps, so that no transaction holds up the daemon's log of changes.
    for (; after < facts->mark.upto; after += rows_a_look) {
        const std::uint64_t upto = std::min(after + rows_a_look, facts->mark.upto);
        auto visited =
            visit_settlements(*db, after, upto, [&](std::uint64_t, const change_view& change) {
                if (is_at_hubspot(change.fate)) visit(change.object_id);
            });
        if (!visited) return visited;
    }
    return {};
}

result<std::string> portal_of_history(const std::string& directory) {
    auto facts = look_at_history(directory);
    if (!facts) return facts.error();
    return std::move(facts->mark.portal);
}

} // namespace hubspool
