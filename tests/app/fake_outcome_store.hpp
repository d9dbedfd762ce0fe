// An outcome store in memory, that fails when a test says so; and what an operator asks for.
#pragma once

#include "state/operator_requests.hpp"
#include "state/outcome_store.hpp"

#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace hubspool {

class fake_outcome_store : public outcome_store {
public:
    std::vector<commit_unit> units;                  // that are durable
    std::deque<failure> failures;                    // of the next commits
    std::function<void()> at_commit;                 // before each
    std::map<std::uint64_t, file_row> rows;          // by number
    std::vector<std::uint64_t> trimmed;              // the lowest number in cur/, at each trim
    std::vector<std::optional<order_key>> kept_from; // the same
    std::vector<wall_time> trimmed_before;           // the same
    std::function<void()> at_trim;                   // before each
    std::optional<failure> trim_failure;             // of each
    int reserve_asked = 0;                           // how often it was to be restored

    result<std::uint64_t> commit(const commit_unit& unit) override {
        if (at_commit) at_commit();
        if (!failures.empty()) {
            const failure why = failures.front();
            failures.pop_front();
            return why;
        }
        units.push_back(unit);
        for (const file_row& row : unit.files) rows[row.number] = row;
        return ++commits_;
    }
    result<std::uint64_t> begin_run(std::uint64_t, const std::string&) override {
        return ++commits_;
    }
    result<meta> load_meta() override { return meta{}; }
    result<std::vector<file_row>> load_files(std::uint64_t) override {
        return std::vector<file_row>();
    }
    result<void> load_settled(std::uint64_t,
                              const std::function<void(const settled_record&)>&) override {
        return {};
    }
    result<std::vector<file_row>> load_done_files(wall_time since, std::size_t) override {
        std::vector<file_row> done;
        for (const auto& [number, row] : rows)
            if (row.settled >= since && !row.keep_because) done.push_back(row);
        return done;
    }
    result<order_key> trim(const history_bounds& bounds) override {
        if (at_trim) at_trim();
        if (trim_failure) return *trim_failure;
        trimmed_before.push_back(bounds.before);
        trimmed.push_back(bounds.lowest_cur);
        kept_from.push_back(bounds.keep_from);
        return order_key{};
    }
    result<bool> restore_reserve() override {
        ++reserve_asked;
        return true;
    }

private:
    std::uint64_t commits_ = 0;
};

class fake_requests : public operator_requests {
public:
    result<operator_request> asked = operator_request{};

    result<operator_request> read_request() override { return asked; }
    result<void> ask_for(operator_command what) override {
        asked = operator_request{.paused = what == operator_command::pause};
        return {};
    }
};

} // namespace hubspool
