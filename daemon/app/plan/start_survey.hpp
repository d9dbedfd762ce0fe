// What a start would find now (app/recovery), for who only looks: nothing is claimed, stamped or
// committed. Beside a daemon it is of one moment, and what that holds in memory counts as unread.
#pragma once

#include "app/recovery.hpp"
#include "base/result.hpp"
#include "spool/queue_survey.hpp"
#include "state/state_store.hpp"

namespace hubspool {

// `store`: null where there is no state yet. Of the result only what left_by_run_before() takes,
// the open files and the next number and stamp are set.
result<recovered> look_at_start(const queue_survey& queue, state_store* store);

} // namespace hubspool
