// The start: from what the state, cur/ and `sending` say to where the run before was.
//
// Reading goes on at each file's watermark; what is settled above it is left out. Nothing is sent
// before reading has passed the frontier: an object's older record could otherwise overtake a newer
// one that was delivered, not recorded, and lies unread in a later file. A database that is new,
// foreign or older than cur/.run says counts as lost: then the frontier is the end of cur/.
#pragma once

#include "app/intake_loop.hpp"
#include "app/settle_loop.hpp"
#include "base/result.hpp"
#include "core/dispatcher.hpp"
#include "spool/queue_directory.hpp"
#include "state/sending_file.hpp"
#include "state/state_store.hpp"

namespace hubspool {

struct recovered {
    hubspool::meta meta;
    queue_directory::run_mark mark; // of this run; written
    bool run_before = false;        // this queue has been worked on
    intake_start intake;
    std::map<std::uint64_t, open_file> files; // in cur/, reading had begun, or only to be moved
    std::uint64_t resumes = 0;      // of the operator's wishes: a later number is a resume to heed
    std::vector<file_row> vanished; // not settled by the state's word, and not in cur/ any more
    std::optional<std::string> database_lost; // why; nothing: it is this queue's, and up to date
};

result<recovered> recover(queue_directory& queue, state_store& store);

// Tells the dispatcher what the run before left: settled records, slots, holds, parks.
void restore(dispatcher& core, const recovered& from, const sending_leftovers& left, boot_time now,
             wall_time wall);

} // namespace hubspool
