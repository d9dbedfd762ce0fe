// How answers are judged. From the configuration, but for `oauth`.
#pragma once

#include "core/words/time.hpp"

namespace hubspool {

struct mapper_options {
    milliseconds window{10000};    // of the rate limit
    bool echo_is_required = false; // api.verify_echo: dead_letter
    bool look_at_echo = true;      // api.verify_echo: warn or dead_letter
    bool oauth = false;            // the token is an OAuth app's
};

} // namespace hubspool
