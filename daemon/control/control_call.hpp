// One request to a daemon that listens at a Unix socket. Hides Beast.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"

#include <string>

namespace hubspool {

struct control_answer {
    int status = 0; // of HTTP
    std::string body;
};

// POSTs without a body; blocks, `patience` at most. A failure of code ENOENT or ECONNREFUSED:
// nobody listens there.
result<control_answer> call_control(const std::string& socket, const std::string& path,
                                    milliseconds patience);

} // namespace hubspool
