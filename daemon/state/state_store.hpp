// The state over SQLite (WAL, synchronous=FULL): each write is one transaction, with its dead
// letters in the log before it. Who writes outcomes sees a `outcome_store`, who looks a `history`,
// and who asks for a pause `operator_requests`; only who opens it needs this header.
#pragma once

#include "state/database.hpp"
#include "state/directory_lock.hpp"
#include "state/disk_reserve.hpp"
#include "state/history.hpp"
#include "state/letters/dead_letter_log.hpp"
#include "state/operator_requests.hpp"
#include "state/outcome_store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class state_store final : public outcome_store, public history, public operator_requests {
public:
    enum class access : std::uint8_t {
        read_write, // the daemon: creates what is missing, and holds the directory's lock
        read_only,  // looks, also beside a daemon; creates nothing (ENOENT), takes no lock
        operator_,  // beside a daemon: ask_for() and the loads; creates nothing, takes no lock
    };

    // Opens or creates. A corrupt database is a failure that names the way out; it is never
    // replaced. EBUSY: another daemon has the directory; the failure names its pid. ENOENT: there
    // is no database yet. ESTALE: it is of an older version; read_write brings it up to date.
    static result<std::unique_ptr<state_store>> open(const std::string& directory, access how);

    result<std::uint64_t> commit(const commit_unit& unit) override;
    result<std::uint64_t> begin_run(std::uint64_t run, const std::string& state_id) override;
    result<meta> load_meta() override;
    result<std::vector<file_row>> load_files(std::uint64_t from) override;
    result<void> load_settled(std::uint64_t from,
                              const std::function<void(const settled_record&)>& visit) override;
    result<std::vector<file_row>> load_done_files(wall_time since, std::size_t most) override;
    result<order_key> trim(const history_bounds& bounds) override;
    result<bool> restore_reserve() override;

    result<books_snapshot> load_books(std::uint64_t from) override;
    result<std::optional<file_row>> find_file(const std::string& name) override;
    result<std::vector<batch_outcome>> load_batches(const history_filter& filter) override;

    result<operator_request> read_request() override;
    result<void> ask_for(operator_command what) override;

private:
    using work = std::function<result<void>()>;

    state_store(std::string directory, access how, std::optional<directory_lock> lock,
                disk_reserve reserve, database db)
        : directory_(std::move(directory)), how_(how), lock_(std::move(lock)),
          reserve_(std::move(reserve)), db_(std::move(db)) {}
    static result<std::unique_ptr<state_store>> open_for_daemon(const std::string& directory);
    static result<std::unique_ptr<state_store>> loaded(std::unique_ptr<state_store> made);

    result<void> transact(const work& change);
    result<void> attempt(const work& change);
    result<void> write(const commit_unit& unit);
    result<std::uint64_t> write_dead_letters(const commit_unit& unit);
    result<void> record_dead_letter(const dead_letter& letter, wall_time died,
                                    std::uint64_t& dead_known);
    void forget_log(const result<void>& done);
    result<bool> trim_step(const history_bounds& bounds);

    std::string directory_;
    access how_;
    std::optional<directory_lock> lock_;
    disk_reserve reserve_;
    database db_;
    std::uint64_t commit_number_ = 0;    // meta::commit, without a query
    std::optional<dead_letter_log> log_; // open within a transaction that has dead letters
    std::optional<failure> broken_;      // the disk failed: nothing is written any more
};

} // namespace hubspool
