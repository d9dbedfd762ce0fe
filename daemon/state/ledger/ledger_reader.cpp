#include "state/ledger/ledger_reader.hpp"

#include "state/ledger/ledger.hpp"

#include <cerrno>
#include <map>
#include <string_view>

namespace hubspool {

namespace {

constexpr std::size_t rows_a_visit = 1000;

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

result<ledger_reader> ledger_reader::open(const std::string& directory, std::size_t most_held) {
    auto history = history_rows::open(directory);
    if (!history) return history.error();
    auto facts = history->look();
    if (!facts) return facts.error();
    auto file = open_known_ledger(directory, facts->mark);
    if (!file) return file.error();
    return ledger_reader(std::move(*history), std::move(*facts), std::move(*file), most_held);
}

// Of those that tell something. `visit` says whether to go on.
template <class Visit>
result<void> ledger_reader::each_change(const Visit& visit) {
    std::uint64_t after = file_ ? file_->mark().upto : facts_.mark.portal_from;
    bool goes_on = true;
    while (goes_on) {
        const auto last =
            history_.visit(after, facts_.mark.upto, rows_a_visit, [&](std::string_view blob) {
                learner_.begin_row();
                return visit_settled_changes(blob, [&](const change_view& change) {
                    goes_on = goes_on && (!change_learner::tells(change) || visit(change));
                });
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
        learner_.learn(change, names(), held_[std::string(change.object_id)]);
        are_too_many_ = held_.size() > most_held_;
        return !are_too_many_;
    });
    if (are_too_many_) held_.clear();
    return done;
}

result<void> ledger_reader::search(const std::vector<std::string>& object_ids,
                                   std::vector<object_keys>& keys) {
    std::map<std::string_view, object_keys*> places;
    for (std::size_t i = 0; i < keys.size(); ++i) places.emplace(object_ids[i], &keys[i]);
    return each_change([&](const change_view& change) {
        const auto at = places.find(change.object_id);
        if (at != places.end()) learner_.learn(change, names(), *at->second);
        return true;
    });
}

result<ledger_answer> ledger_reader::ask(const std::vector<std::string>& object_ids) {
    if (!was_held_)
        if (auto held = hold(); !held) return held.error();
    std::vector<object_keys> keys(object_ids.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (file_)
            if (auto read = file_->read(object_ids[i], keys[i]); !read) return read.error();
        if (const auto known = held_.find(object_ids[i]); known != held_.end())
            keys[i].merge(known->second);
    }
    if (are_too_many_)
        if (auto found = search(object_ids, keys); !found) return found.error();
    ledger_answer answer;
    answer.horizon = facts_.horizon;
    for (std::size_t i = 0; i < keys.size(); ++i)
        answer.entries.push_back(to_entry(object_ids[i], keys[i], names()));
    return answer;
}

} // namespace hubspool
