// The start: where the run before was, from what the state, cur/ and cur/.run say.
//
// What a start may leave out follows from what lies in cur/, whatever any mark says: of each file
// there the row is taken up, and its settled records.
//
// Nothing is sent before reading has passed the frontiers of both lanes. An object's older record
// could otherwise overtake a newer one that was delivered, not recorded, and lies unread in a later
// file, or in one of the other lane.
//
// A database that is new, foreign, or older than cur/.run says counts as lost. Then both are the
// end of cur/. Its commits are numbered above all that were seen, so that no other copy passes
// for the newest later. Pure.
#pragma once

#include "core/books/file_row.hpp"
#include "core/books/queue_books.hpp"
#include "core/words/arrival.hpp"
#include "core/words/order_key.hpp"
#include "core/words/run_mark.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct start_facts {
    bool fresh = false; // no run has begun with the database yet
    run_mark known;     // as the database says
    frontiers read_to;  // of the database
    std::optional<run_mark> mark;
    std::uint64_t named = 0;  // the largest number in a name of the queue
    as_of_ms named_stamp = 0; // the same of stamps
};

struct start_plan {
    std::optional<std::string> database_lost; // why; nothing: it is this queue's, and up to date
    bool foreign = false;                     // it is another queue's, or new
    std::uint64_t run = 0;
    std::uint64_t last_number = 0;  // the largest that anything mentions: never given again
    as_of_ms last_stamp = 0;        // the same: the next stamp is not below it
    frontiers read_to;              // nothing may be sent before reading has passed both
    std::uint64_t commit_above = 0; // the commits of this run have larger numbers
};
start_plan plan_start(const start_facts& facts);

// Below it nobody knows what was delivered once the database is lost: what came before the lowest
// file of cur/. `lowest`: of its name; nothing: cur/ is empty, and all that was ever given counts.
order_key horizon_of_lost(const std::optional<file_order>& lowest, as_of_ms last_stamp,
                          std::uint64_t last_number);

// The files that rows speak of, sorted by whether they are in cur/.
struct files_at_start {
    std::map<std::uint64_t, open_file> open; // reading had begun, or they only wait to be moved
    std::vector<file_row> vanished;          // not settled, and not in cur/ any more

    // `rows`: those numbered as the lowest in cur/ or above, and all unsettled ones.
    static files_at_start of(std::vector<file_row> rows,
                             const std::function<bool(const file_row&)>& is_in_cur);
    // Below it no settled record need be looked at.
    std::uint64_t settled_from() const { return open.empty() ? no_file : open.begin()->first; }
    void take_up(const settled_record& record);
    // An old copy of the database does not know that a file was settled and has left; or somebody
    // took the file away. Its books are closed with what is known to have a fate.
    void close_vanished(wall_time now, totals& sums);
};

} // namespace hubspool
