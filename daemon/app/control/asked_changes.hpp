// How changes come over the control socket: what their request says of them. Pure, but for the
// clock.
#pragma once

#include "app/submit/submitted_file.hpp"
#include "base/result.hpp"
#include "control/page.hpp"

#include <string>

namespace hubspool {

struct asked_changes {
    submit_how how;
    std::string name; // what tells a table; empty: JSON in any of its forms
};

// From the query (lane, as_of) and Content-Type. A failure says what to write instead.
result<asked_changes> read_asked_changes(const page_request& asked);

} // namespace hubspool
