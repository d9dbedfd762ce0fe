// The replays that the state knows, the newest of which may be under way.
//
// Commands of other processes add one and say what is wished; the daemon, or a drain, puts its
// files into the queue (app/replay). How far it is follows from the books of these files, by their
// names. Errors as in state/outcome_store.hpp; EACCES for who may not write, ENOENT and ESTALE as
// in state/database_file.hpp. One thread at a time.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"
#include "state/replay/replay_job.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class replay_jobs {
public:
    // What one job may hold: its rows are one transaction.
    static constexpr std::size_t files_max = 100'000;

    enum class access : std::uint8_t { look, change };
    static result<replay_jobs> open(const std::string& directory, access how);

    // Gives it an id. The names of its files are made by `name_of`. EBUSY: another one is not over
    // yet. Forgets what was over before `forget_before`.
    result<std::uint64_t>
    add(replay_job job, std::vector<replay_file> files,
        const std::function<std::string(std::uint64_t id, std::size_t place)>& name_of,
        wall_time forget_before);
    // From old to new.
    result<std::vector<replay_job>> load();
    result<std::optional<replay_job>> find(std::uint64_t id);
    // The one that may be under way; nothing: there is none, or it is over.
    result<std::optional<replay_job>> under_way();
    // A failure of code EBUSY while there is one that is not done.
    result<void> has_room();
    // From place `from` on, `most` at most.
    result<std::vector<replay_file>> files_of(std::uint64_t id, std::size_t from, std::size_t most);
    result<replay_progress> progress_of(std::uint64_t id);
    // Those that were skipped, each with its reason, `most` at most.
    result<std::vector<std::pair<std::string, std::string>>> skipped_of(std::uint64_t id,
                                                                        std::size_t most);

    // Cancelling ends it. False: it is over already.
    result<bool> wish(std::uint64_t id, replay_wish what, wall_time now);
    result<void> skip(std::uint64_t id, std::size_t place, std::string_view why);
    result<void> end(std::uint64_t id, wall_time now);

    // Of the file of that name, which a job has put into the queue.
    enum class book : std::uint8_t { unknown, open, settled };
    result<book> book_of(const std::string& name);

private:
    explicit replay_jobs(database db) : db_(std::move(db)) {}
    result<void> in_one_transaction(const std::function<result<void>()>& change);
    result<void> insert_files(std::uint64_t id, const std::vector<replay_file>& files);
    result<void> close(wall_time now); // the one that is not over
    result<void> forget(wall_time before);

    database db_;
};

} // namespace hubspool
