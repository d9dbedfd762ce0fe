// What must survive and the queue's files cannot say. SQLite, WAL, synchronous=FULL; one writer.
//
// A call that fails changes nothing. ENOSPC: the reserve was given up and the call tried once more;
// it may be tried again later. EIO, or EBADMSG (the database is damaged): the daemon ends and a
// restart recovers; until then every further write fails alike, because after a failed fsync no
// later one can be believed. EBUSY: another process keeps it locked. ENOENT: there is no database.
// State thread, but for open(), which recovery calls before the threads start, and read-only users.
#pragma once

#include "base/result.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/commit_unit.hpp"
#include "core/books/file_row.hpp"
#include "core/books/meta.hpp"
#include "state/books_snapshot.hpp"
#include "state/history_filter.hpp"
#include "state/operator_request.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class state_store {
public:
    enum class access : std::uint8_t {
        read_write, // the daemon: creates what is missing, and holds the directory's lock
        read_only,  // looks, also beside a daemon; creates nothing (ENOENT), takes no lock
        operator_,  // beside a daemon: set_paused() and the loads; creates nothing, takes no lock
    };

    // Opens or creates. `fresh` tells a database with which no run has begun yet (pause may have
    // made it). A corrupt database is a failure that names the way out; it is never replaced.
    // EBUSY: another daemon has the directory; the failure names its pid. ENOENT: there is no
    // database yet. ESTALE: it is of an older version; read_write brings it up to date.
    static result<std::unique_ptr<state_store>> open(const std::string& directory, access how);
    // Of the state in this directory: those that set_paused() of another process writes to.
    static std::vector<std::string> database_files(const std::string& directory);
    virtual ~state_store() = default;
    virtual bool fresh() const = 0;

    virtual result<meta> load_meta() = 0;
    // meta::commit as of now, without a query.
    virtual std::uint64_t commit_number() const = 0;
    // In order of number: those numbered `from` or above, and all unsettled ones. With the lowest
    // number in cur/ these are the rows of all files there; no mark of ours stands in for that
    // number, since a mark can pass files that are still there.
    virtual result<std::vector<file_row>> load_files(std::uint64_t from) = 0;
    // Meta, load_files() and the newest thousand rows as of one moment.
    using books = books_snapshot;
    virtual result<books> load_books(std::uint64_t from) = 0;
    // Those in done/ that were settled since, the newest `most` by number; from new to old.
    virtual result<std::vector<file_row>> load_done_files(wall_time since, std::size_t most) = 0;
    // The newest file of that name.
    virtual result<std::optional<file_row>> find_file(const std::string& name) = 0;
    // For recovery: calls back with every settled record, dead ones too, of the files numbered
    // `from` or above. Holds one batch at a time.
    virtual result<void> load_settled(std::uint64_t from,
                                      const std::function<void(const settled_record&)>& visit) = 0;
    // The newest rows_max, or with after_batch the first rows_max behind it; from old to new.
    // Without outcomes that are no batch; their dead_letters are not filled in.
    virtual result<std::vector<batch_outcome>> load_batches(const history_filter& filter) = 0;
    virtual result<std::vector<dead_letter>> load_dead_letters(const history_filter& filter) = 0;

    // Appends the dead letters to dead-letters.ndjson, fsynced, then commits all of it. A dead
    // letter whose (state id, position) is there already is neither written nor counted again.
    virtual result<void> commit(const commit_unit& unit) = 0;
    // With another state id than before, what is known of files is forgotten: it was another
    // queue's.
    virtual result<void> begin_run(std::uint64_t run, const std::string& state_id) = 0;
    // Drops batches and settled files older than `history`, but nothing that names a file >=
    // lowest_cur (the lowest number in cur/, as the directory says now). In steps of bounded size,
    // and a bounded number of them: what is left goes at the next call.
    virtual result<void> trim(wall_time now, milliseconds history, std::uint64_t lowest_cur) = 0;

    // pause and resume, from another process; the daemon asks read_wish() as it goes. The parks of
    // the table follow at once, so that a daemon which starts later starts as was wished.
    virtual result<void> set_paused(bool paused) = 0;
    using operator_wish = operator_request;
    virtual result<operator_wish> read_wish() = 0;

    // Takes back the disk space that an ENOSPC gave up, when there is room again. At idle times.
    // False: there is no reserve yet.
    virtual result<bool> restore_reserve() = 0;
};

} // namespace hubspool
