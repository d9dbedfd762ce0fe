#include "state/ledger/ledger_survey.hpp"

#include "state/directory_lock.hpp"
#include "state/ledger/ledger.hpp"
#include "state/ledger/ledger_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

constexpr std::uint64_t differences_told_max = 1000;
constexpr std::size_t rows_at_once = 1000;

// The ledger's file, and one that was made of the same rows.
class comparison {
public:
    comparison(ledger_file& known, ledger_file& made, const order_key& horizon,
               const std::function<void(const ledger_difference&)>& differs)
        : known_(known), made_(made), horizon_(horizon), differs_(differs) {}

    result<void> run() {
        if (auto done = hold(made_, known_, true); !done) return done;
        return hold(known_, made_, false);
    }
    std::uint64_t differences() const { return differences_; }

private:
    // Each key of `from` against what `to` has. The second time only what the other lacks is new.
    result<void> hold(ledger_file& from, ledger_file& to, bool is_history) {
        result<void> failed;
        auto done = from.visit([&](std::string_view object_id, object_keys& keys) {
            object_keys others;
            if (!failed) return;
            if (failed = to.read(object_id, others); !failed) return;
            for (const object_keys::entry& e : keys.entries()) {
                const field_key& field = from.field(e.field);
                const std::uint32_t number = to.number_of(field.kind, field.name);
                const order_key other = others.key_of(number, e.kind);
                // What has ended may stand in one of them.
                const bool is_acknowledged = e.kind == object_keys::kind::acknowledged;
                if (!is_acknowledged && others.acknowledged(number) >= e.key) continue;
                if (other >= e.key) continue;
                // Below the horizon its row may be gone.
                if (!is_history && e.key < horizon_) continue;
                tell({std::string(object_id), field, !is_acknowledged, is_history ? other : e.key,
                      is_history ? e.key : other});
            }
        });
        return done ? failed : done;
    }
    void tell(const ledger_difference& difference) {
        if (++differences_ <= differences_told_max) differs_(difference);
    }

    ledger_file& known_;
    ledger_file& made_;
    order_key horizon_;
    const std::function<void(const ledger_difference&)>& differs_;
    std::uint64_t differences_ = 0;
};

result<void> take_in_all(ledger& into) {
    for (bool more = true; more;) {
        auto taken = into.take_in_some();
        if (!taken) return taken.error();
        more = *taken;
    }
    return into.flush();
}

} // namespace

result<ledger_view> view_ledger(const std::string& directory, const std::string& object_id) {
    auto history = history_rows::open(directory);
    if (!history) return history.error();
    const auto facts = history->look();
    if (!facts) return facts.error();
    ledger_view view{{object_id, {}}, facts->horizon, facts->mark.portal, false, 0};
    object_keys keys;
    field_names of_no_file;
    change_learner learner;
    auto file = open_known_ledger(directory, facts->mark);
    if (!file) return file.error();
    std::uint64_t after = facts->mark.portal_from;
    if (*file) {
        view.has_file = true;
        after = (*file)->mark().upto;
        if (auto known = (*file)->read(object_id, keys); !known) return known.error();
    }
    field_names& names = *file ? (*file)->names() : of_no_file;
    const settlement_search search(object_id);
    const auto learn_of = [&](std::string_view blob) {
        learner.begin_row();
        return visit_settled_changes(blob, [&](const change_view& change) {
            if (change.object_id == object_id && change_learner::tells(change))
                learner.learn(change, names, keys);
        });
    };
    while (true) {
        const auto last =
            history->visit(after, facts->mark.upto, rows_at_once, [&](std::string_view blob) {
                ++view.rows;
                return !search.may_name(blob) || learn_of(blob);
            });
        if (!last) return last.error();
        if (*last == after) break;
        after = *last;
    }
    view.entry = to_entry(object_id, keys, names);
    return view;
}

result<std::vector<ledger_entry>> look_into_ledger(const std::string& directory,
                                                   const std::set<std::string>& object_ids) {
    auto reader = ledger_reader::open(directory, 0); // each row is gone through once
    if (!reader) return reader.error();
    auto answer = reader->ask({object_ids.begin(), object_ids.end()});
    if (!answer) return answer.error();
    return std::move(answer->entries);
}

result<ledger_comparison>
compare_ledger(const std::string& directory,
               const std::function<void(const ledger_difference&)>& differs) {
    const std::string name = "ledger-check.db";
    auto history = history_rows::open(directory);
    if (!history) return history.error();
    const auto facts = history->look();
    if (!facts) return facts.error();
    auto known = ledger_file::open_for_reading(ledger::path_in(directory));
    if (!known) return known.error();
    if (!is_of_history(known->mark(), facts->mark))
        return failure{"the ledger is of the state database, or of the portal, that was there "
                       "before: it takes in the present history before it answers, and `hubspool "
                       "ledger rebuild` does so while no daemon runs",
                       ESTALE};

    ledger_comparison found;
    found.newest = facts->mark.upto;
    auto done = known->in_one_snapshot([&]() -> result<void> {
        // Of a moment that stays, however long the other one takes.
        if (auto read = known->reload(); !read) return read;
        found.objects = known->objects();
        if (auto removed = ledger_file::remove(directory + "/" + name); !removed) return removed;
        {
            ledger beside(directory, [](const std::string&) {}, ledger::held_max,
                          {name, known->mark().upto});
            if (auto taken = take_in_all(beside); !taken) return taken;
        }
        auto made = ledger_file::open(directory + "/" + name);
        if (!made) return made.error();
        comparison held(*known, *made, facts->horizon, differs);
        auto run = held.run();
        found.differences = held.differences();
        return run;
    });
    const auto removed = ledger_file::remove(directory + "/" + name);
    if (!done) return done.error();
    if (!removed) return removed.error();
    found.rows = known->mark().upto;
    // It may have taken in more since.
    found.newest = std::max(found.newest, found.rows);
    return found;
}

result<void> rebuild_ledger(const std::string& directory,
                            const std::function<void(std::uint64_t rows)>& begins) {
    const auto lock = directory_lock::take(directory);
    if (!lock) return lock.error();
    ledger anew(directory, [](const std::string&) {});
    if (auto emptied = anew.empty(); !emptied) return emptied;
    const auto rows = anew.rows_behind();
    if (!rows) return rows.error();
    begins(*rows);
    return take_in_all(anew);
}

} // namespace hubspool
