// The state store over SQLite: each write one transaction, with its dead letters in the log before
// it.
#pragma once

#include "state/database.hpp"
#include "state/dead_letter_log.hpp"
#include "state/directory_lock.hpp"
#include "state/disk_reserve.hpp"
#include "state/state_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class sqlite_state_store final : public state_store {
public:
    struct parts {
        access how;
        disk_reserve reserve;
        std::optional<directory_lock> lock;
        database db;
        bool fresh;
        std::uint64_t commit_number;
    };
    sqlite_state_store(std::string directory, parts of)
        : directory_(std::move(directory)), of_(std::move(of)) {}

    bool fresh() const override { return of_.fresh; }
    std::uint64_t commit_number() const override { return of_.commit_number; }

    result<meta> load_meta() override;
    result<std::vector<file_row>> load_files(std::uint64_t from) override;
    result<books> load_books(std::uint64_t from) override;
    result<std::vector<file_row>> load_done_files(wall_time since, std::size_t most) override;
    result<std::optional<file_row>> find_file(const std::string& name) override;
    result<void> load_settled(std::uint64_t from,
                              const std::function<void(const settled_record&)>& visit) override;
    result<std::vector<batch_outcome>> load_batches(const history_filter& filter) override;
    result<std::vector<dead_letter>> load_dead_letters(const history_filter& filter) override;
    result<operator_wish> read_wish() override;

    result<void> commit(const commit_unit& unit) override;
    result<void> begin_run(std::uint64_t run, const std::string& state_id) override;
    result<void> trim(wall_time now, milliseconds history, std::uint64_t lowest_cur) override;
    result<void> set_paused(bool paused) override;
    result<bool> restore_reserve() override;

private:
    using work = std::function<result<void>()>;

    result<void> transact(const work& change);
    result<void> attempt(const work& change);
    result<void> write(const commit_unit& unit);
    result<std::uint64_t> write_dead_letters(const commit_unit& unit);
    result<void> record_dead_letter(const dead_letter& letter, wall_time died,
                                    std::uint64_t& dead_known);
    void forget_log(const result<void>& done);
    result<bool> trim_step(wall_time before, std::uint64_t lowest_cur);

    std::string directory_;
    parts of_;
    std::optional<dead_letter_log> log_; // open within a transaction that has dead letters
    std::optional<failure> broken_;      // the disk failed: nothing is written any more
};

} // namespace hubspool
