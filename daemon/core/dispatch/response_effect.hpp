// What an answer came to, for the caller to record and to say.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/words/time.hpp"

#include <string>
#include <vector>

namespace hubspool {

struct response_effect {
    batch_outcome outcome;
    boot_time slot_release = {}; // when the limiter frees the request's slot
    bool conclusive = true;      // nothing of the request can land any more
    bool close_connection = false;
    bool parked = false;            // this very answer asked for a park
    std::vector<std::string> notes; // for the log: unknown results, missing echoes, our own bugs
};

} // namespace hubspool
