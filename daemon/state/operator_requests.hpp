// What commands ask of the daemon, over the database: these write, from their own
// process, and the daemon reads as it goes. Errors as in state/outcome_store.hpp.
#pragma once

#include "base/result.hpp"
#include "core/words/operator_request.hpp"

namespace hubspool {

class operator_requests {
public:
    virtual ~operator_requests() = default;

    virtual result<operator_request> read_request() = 0;
    // The parks of the table follow at once, so that a daemon which starts later starts as was
    // asked for.
    virtual result<void> ask_for(operator_command what) = 0;
};

} // namespace hubspool
