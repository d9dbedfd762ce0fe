// Where outcomes go: what must survive and the queue's files cannot say. One writer.
//
// A call that fails changes nothing. ENOSPC: the disk is full, also without the space held back; it
// may be tried again later. EBUSY: another process keeps the database locked. EIO, or EBADMSG (it
// is damaged): the daemon ends and a restart recovers; until then every further write fails alike,
// because after a failed fsync no later one can be believed.
// State thread; recovery calls it before the threads start.
#pragma once

#include "base/result.hpp"
#include "core/books/commit_unit.hpp"
#include "core/books/file_row.hpp"
#include "core/books/meta.hpp"
#include "core/books/settled_records.hpp"
#include "core/words/order_key.hpp"
#include "core/words/time.hpp"
#include "state/history_bounds.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hubspool {

class outcome_store {
public:
    virtual ~outcome_store() = default;

    // Appends the dead letters to dead-letters.ndjson, fsynced, then commits all of it. A dead
    // letter whose (state id, arrival) is there already is neither written nor counted again.
    // The commit's number, see meta::commit.
    virtual result<std::uint64_t> commit(const commit_unit& unit) = 0;
    // With another state id than before, what is known of files is forgotten: it was another
    // queue's. The commit's number.
    virtual result<std::uint64_t> begin_run(std::uint64_t run, const std::string& state_id) = 0;

    // For recovery.
    virtual result<meta> load_meta() = 0;
    // In order of number: those numbered `from` or above, and all unsettled ones. With the lowest
    // number in cur/ these are the rows of all files there; no mark of ours stands in for that
    // number, since a mark can pass files that are still there.
    virtual result<std::vector<file_row>> load_files(std::uint64_t from) = 0;
    // Calls back with every settled record, dead ones too, of the files numbered `from` or above.
    // Holds one batch at a time.
    virtual result<void> load_settled(std::uint64_t from,
                                      const std::function<void(const settled_record&)>& visit) = 0;
    // Those in done/ that were settled since, the newest `most` by number; from new to old.
    virtual result<std::vector<file_row>> load_done_files(wall_time since, std::size_t most) = 0;

    // Drops batches and settled files that the bounds let go, and raises the horizon above all keys
    // of these batches, in the same transaction. In steps of bounded size, and a bounded number of
    // them: what is left goes at the next call. The horizon then.
    virtual result<order_key> trim(const history_bounds& bounds) = 0;
    // Takes back the disk space that an ENOSPC gave up, when there is room again. At idle times.
    // False: there is no reserve yet.
    virtual result<bool> restore_reserve() = 0;
};

} // namespace hubspool
