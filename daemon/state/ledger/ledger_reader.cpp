#include "state/ledger/ledger_reader.hpp"

#include "state/ledger/ledger.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>

namespace hubspool {

namespace {

constexpr std::size_t rows_a_visit = 1000;

bool is_lasting(const change_view& change) {
    return is_at_hubspot(change.fate) || change.fate == fate::dead;
}

void learn_of_death(ledger_field& known, const order_key& key, bool doubt) {
    if (doubt) known.doubt = std::max(known.doubt, key);
    // It may have been applied before.
    if (known.acknowledged <= key) known.value = {};
}

void learn_of_delivery(ledger_field& known, const field_view& seen) {
    if (seen.key < known.acknowledged) return;
    known.value = seen.key == known.acknowledged ? either_of(known.value, seen.value) : seen.value;
    known.acknowledged = seen.key;
}

} // namespace

bool is_of_history(const ledger_mark& known, const ledger_mark& history) {
    return known.state_id == history.state_id && known.epoch == history.epoch &&
           known.portal_from == history.portal_from;
}

result<std::optional<ledger_file>> open_known_ledger(const std::string& directory,
                                                     const ledger_mark& history) {
    auto file = ledger_file::open_for_reading(ledger::path_in(directory));
    if (!file && file.error().code == ENOENT) return std::optional<ledger_file>();
    if (!file) return file.error();
    if (!is_of_history(file->mark(), history)) return std::optional<ledger_file>();
    return std::optional(std::move(*file));
}

void learn(ledger_entry& entry, const change_view& change) {
    if (!is_lasting(change)) return;
    for (const field_view& seen : change.fields) {
        if (seen.key == order_key{}) continue;
        auto known = std::find_if(entry.fields.begin(), entry.fields.end(), [&](const auto& f) {
            return f.field.kind == seen.kind && f.field.name == seen.name;
        });
        if (known == entry.fields.end())
            known = entry.fields.insert(
                known, ledger_field{{seen.kind, std::string(seen.name)}, {}, {}, {}});
        change.fate == fate::dead ? learn_of_death(*known, seen.key, change.doubt)
                                  : learn_of_delivery(*known, seen);
    }
}

result<ledger_reader> ledger_reader::open(const std::string& directory, std::size_t most_held) {
    auto history = history_rows::open(directory);
    if (!history) return history.error();
    auto facts = history->look();
    if (!facts) return facts.error();
    auto file = open_known_ledger(directory, facts->mark);
    if (!file) return file.error();
    return ledger_reader(std::move(*history), std::move(*facts), std::move(*file), most_held);
}

// `visit` says whether to go on.
template <class Visit>
result<void> ledger_reader::each_change(const Visit& visit) {
    std::uint64_t after = file_ ? file_->mark().upto : facts_.mark.portal_from;
    bool goes_on = true;
    while (goes_on) {
        const auto last =
            history_.visit(after, facts_.mark.upto, rows_a_visit, [&](std::string_view blob) {
                return visit_settled_changes(
                    blob, [&](const change_view& change) { goes_on = goes_on && visit(change); });
            });
        if (!last) return last.error();
        if (*last == after) break;
        after = *last;
    }
    return {};
}

result<void> ledger_reader::hold() {
    was_held_ = true;
    auto done = each_change([&](const change_view& change) {
        if (!is_lasting(change)) return true;
        learn(held_[std::string(change.object_id)], change);
        are_too_many_ = held_.size() > most_held_;
        return !are_too_many_;
    });
    if (are_too_many_) held_.clear();
    return done;
}

result<void> ledger_reader::search(std::vector<ledger_entry>& entries) {
    std::map<std::string_view, ledger_entry*> places;
    for (ledger_entry& entry : entries) places.emplace(entry.object_id, &entry);
    return each_change([&](const change_view& change) {
        const auto at = places.find(change.object_id);
        if (at != places.end()) learn(*at->second, change);
        return true;
    });
}

result<ledger_answer> ledger_reader::ask(const std::vector<std::string>& object_ids) {
    if (!was_held_)
        if (auto held = hold(); !held) return held.error();
    ledger_answer answer;
    answer.horizon = facts_.horizon;
    for (const std::string& id : object_ids) {
        ledger_entry entry{id, {}};
        if (file_) {
            object_keys keys;
            if (auto read = file_->read(id, keys); !read) return read.error();
            entry = to_entry(id, keys, *file_);
        }
        if (const auto known = held_.find(id); known != held_.end())
            for (const ledger_field& f : known->second.fields) {
                const std::vector<field_view> acknowledged{
                    {f.field.kind, f.field.name, f.acknowledged, f.value}};
                const std::vector<field_view> doubted{{f.field.kind, f.field.name, f.doubt}};
                learn(entry, {id, fate::delivered, false, acknowledged});
                learn(entry, {id, fate::dead, true, doubted});
            }
        answer.entries.push_back(std::move(entry));
    }
    if (are_too_many_)
        if (auto found = search(answer.entries); !found) return found.error();
    return answer;
}

} // namespace hubspool
