#include "state/ledger/ledger.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hubspool {

namespace {

// A step reads so many rows of the history, and holds no transaction longer.
constexpr std::size_t history_rows_a_step = 100;
constexpr std::size_t changes_a_row = 100; // at most

bool is_told_twice_differently(const std::string& one, const std::string& other) {
    return !one.empty() && !other.empty() && one != other;
}

// Why nothing that it knows is true of this history; empty: it is.
std::string why_foreign(const ledger_mark& known, const ledger_mark& history) {
    if (is_told_twice_differently(known.state_id, history.state_id))
        return "it was of another queue";
    const bool other_rows =
        known.epoch == history.epoch && known.portal_from != history.portal_from;
    if (is_told_twice_differently(known.portal, history.portal) || other_rows)
        return "it was of another portal";
    return {};
}

// 0: SQL that does not fit its tables. EIO: a bad sector may stay for ever.
bool is_damage(const failure& why) {
    return why.code == EBADMSG || why.code == EIO || why.code == 0;
}

} // namespace

// Gives the newest row of the history.
result<std::uint64_t> ledger::open() {
    if (!history_) {
        auto history = history_rows::open(directory_);
        if (!history) return history.error();
        history_ = std::move(*history);
    }
    const auto now = history_->look();
    if (!now) {
        history_.reset();
        return now.error();
    }
    if (!file_) {
        if (auto opened = open_file(); !opened) return opened.error();
    }
    if (auto followed = follow(now->mark); !followed) return followed.error();
    return std::min(now->mark.upto, what_.upto);
}

// A damaged file is made anew, once. Who may not open it now, or has no descriptor left, tries
// again later.
result<void> ledger::open_file() {
    auto file = ledger_file::open(path());
    result<void> fine = file ? file->check() : result<void>(file.error());
    if (!fine && is_damage(fine.error())) return begin_anew("it cannot be read");
    if (!fine) return fine;
    file_ = std::move(*file);
    mark_ = file_->mark();
    forget_what_is_held();
    return {};
}

result<void> ledger::begin_anew(const std::string& why) {
    file_.reset();
    forget_what_is_held();
    if (auto removed = ledger_file::remove(path()); !removed) return removed;
    auto file = ledger_file::open(path());
    if (!file) return file.error();
    file_ = std::move(*file);
    mark_ = {};
    // Not of what fails, and is tried again each second: the failure tells of that.
    tell_("the ledger " + path() + " is made anew from the history of the batches: " + why +
          "; records that may be late wait meanwhile");
    return {};
}

// It goes on where it is, if the history is the one that it knows.
result<void> ledger::follow(const ledger_mark& history) {
    if (const std::string why = why_foreign(mark_, history); !why.empty()) {
        if (auto begun = begin_anew(why); !begun) return begun;
    }
    const bool is_new = mark_.state_id.empty();
    const bool is_other = mark_.epoch != history.epoch || mark_.upto > history.upto;
    if (is_new || is_other) passes_.reset();
    if (!is_new && is_other)
        tell_("the state database was lost or is an older copy: the ledger " + path() +
              " takes in all of its history again");
    // What it knew of the lost one stays: HubSpot did acknowledge it.
    const std::uint64_t upto = is_new || is_other ? history.portal_from : mark_.upto;
    mark_ = history;
    mark_.upto = upto;
    return {};
}

result<bool> ledger::take_in_some() {
    const auto newest = open();
    if (!newest) return newest.error();
    // Not worth it for what memory holds at once.
    const std::uint64_t rows = *newest - std::min(mark_.upto, *newest);
    if (!passes_ && rows > most_held_ / changes_a_row) {
        if (auto flushed = flush(); !flushed) return flushed.error();
        passes_.emplace(mark_.upto, *newest);
        pass_at_ = mark_.upto;
    }
    auto more = passes_ ? take_in_pass() : take_in_next(*newest);
    if (!more) return more;
    return *more || mark_.upto < *newest;
}

// False: that was the last row.
result<bool> ledger::take_in_next(std::uint64_t newest) {
    if (held_.size() >= most_held_) {
        if (auto flushed = flush(); !flushed) return flushed.error();
    }
    const auto last = history_->visit(mark_.upto, newest, history_rows_a_step,
                                      [&](std::string_view blob) { return learn(blob); });
    if (!last) {
        history_.reset();
        return last.error();
    }
    // Rows may be missing at the end of the numbers, too.
    mark_.upto = *last == mark_.upto ? newest : *last;
    return mark_.upto < newest;
}

// False: all passes are done. The mark stays where they began, until then.
result<bool> ledger::take_in_pass() {
    if (held_.size() >= most_held_) leave_half_to_later_passes();
    const auto last = history_->visit(pass_at_, passes_->upto(), history_rows_a_step,
                                      [&](std::string_view blob) { return learn(blob); });
    if (!last) {
        history_.reset();
        return last.error();
    }
    const bool is_over = *last == pass_at_ || *last == passes_->upto();
    pass_at_ = *last;
    if (!is_over) return true;
    if (passes_->is_last()) mark_.upto = passes_->upto();
    const std::size_t held = held_.size();
    if (auto flushed = flush(); !flushed) return flushed.error();
    if (passes_->is_last()) {
        passes_.reset();
        return false;
    }
    passes_->begin_next(held, most_held_);
    pass_at_ = passes_->after();
    return true;
}

void ledger::leave_half_to_later_passes() {
    while (held_.size() >= most_held_ && passes_->narrow())
        std::erase_if(held_, [&](const auto& known) { return !passes_->takes(known.first); });
}

bool ledger::learn(std::string_view settlement) {
    learner_.begin_row();
    return visit_settled_changes(settlement, [&](const change_view& change) { learn(change); });
}

void ledger::learn(const change_view& change) {
    if (passes_ && !passes_->takes(change.object_id)) return;
    if (!change_learner::tells(change)) return;
    learner_.learn(change, file_->names(), held_[std::string(change.object_id)]);
}

result<ledger_answer> ledger::look_up(const std::vector<std::string>& object_ids,
                                      const std::string& portal) {
    for (bool more = true; more;) {
        auto taken = take_in_some();
        if (!taken) return taken.error();
        more = *taken;
    }
    if (!portal.empty() && mark_.portal != portal)
        return failure{"it is not recorded yet that the history is portal " + portal + "'s",
                       EAGAIN};
    ledger_answer found;
    found.entries.reserve(object_ids.size());
    // One transaction for all: locks of the file cost more than what is read.
    const auto done = file_->in_one_snapshot([&]() -> result<void> {
        for (const std::string& object_id : object_ids) {
            auto entry = entry_of(object_id);
            if (!entry) return entry.error();
            found.entries.push_back(std::move(*entry));
        }
        return {};
    });
    if (!done) return failed(done.error());
    // Last: what was trimmed before it could be taken in lies below.
    const auto facts = history_->look();
    if (!facts) return failed(facts.error());
    found.horizon = facts->horizon;
    return found;
}

result<ledger_entry> ledger::entry_of(const std::string& object_id) {
    object_keys keys;
    if (auto known = file_->read(object_id, keys); !known) return known.error();
    if (const auto held = held_.find(object_id); held != held_.end()) keys.merge(held->second);
    return to_entry(object_id, keys, file_->names());
}

result<void> ledger::flush() {
    if (!file_ || (held_.empty() && mark_ == file_->mark())) return {};
    if (auto done = file_->merge(held_, mark_); !done) return failed(done.error());
    held_.clear();
    return {};
}

failure ledger::failed(failure why) {
    // Of a full or locked file nothing is lost. Else it is opened again, and looked at as a whole.
    if (why.code != ENOSPC && why.code != EBUSY) {
        file_.reset();
        forget_what_is_held();
    }
    return why;
}

void ledger::forget_what_is_held() {
    held_.clear();
    passes_.reset();
}

result<void> ledger::empty() {
    if (auto opened = open(); !opened) return opened.error();
    if (auto begun = begin_anew("it was asked for"); !begun) return begun;
    const auto opened = open();
    return opened ? result<void>() : result<void>(opened.error());
}

result<std::uint64_t> ledger::rows_behind() {
    if (auto opened = open(); !opened) return opened.error();
    return history_->count(mark_.upto);
}

} // namespace hubspool
