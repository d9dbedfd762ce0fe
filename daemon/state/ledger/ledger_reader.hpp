// The ledger's answers for who only looks, many questions in a row: its file, and the rows of the
// history that it has not taken in. Changes nothing; also beside a daemon. One thread.
#pragma once

#include "base/result.hpp"
#include "core/words/ledger_entry.hpp"
#include "state/ledger/change_learner.hpp"
#include "state/ledger/history_rows.hpp"
#include "state/ledger/ledger_file.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

bool is_of_history(const ledger_mark& known, const ledger_mark& history);
// Nothing where there is none, or where it is of another history than `history`.
result<std::optional<ledger_file>> open_known_ledger(const std::string& directory,
                                                     const ledger_mark& history);

class ledger_reader {
public:
    // Objects of rows behind the file that are held; with more, each question goes through the
    // rows.
    static constexpr std::size_t held_max = 200'000;

    // `directory`: the state directory. ENOENT: there is no history yet.
    static result<ledger_reader> open(const std::string& directory,
                                      std::size_t most_held = held_max);
    // An entry for each object, in their order.
    result<ledger_answer> ask(const std::vector<std::string>& object_ids);

private:
    ledger_reader(history_rows history, history_rows::facts facts, std::optional<ledger_file> file,
                  std::size_t most_held)
        : history_(std::move(history)), facts_(std::move(facts)), file_(std::move(file)),
          most_held_(most_held) {}
    result<void> hold();
    result<void> search(const std::vector<std::string>& object_ids, std::vector<object_keys>& keys);
    field_names& names() { return file_ ? file_->names() : names_; }
    template <class Visit>
    result<void> each_change(const Visit& visit);

    history_rows history_;
    history_rows::facts facts_;
    std::optional<ledger_file> file_;
    std::size_t most_held_;
    field_names names_; // without a file
    change_learner learner_;
    ledger_file::learnt held_; // of the rows behind the file
    bool was_held_ = false, are_too_many_ = false;
};

} // namespace hubspool
