// Failures of system calls, as sentences for a person.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace hubspool {

// "cannot ACT PATH: what the system says; what to do". `path` is escaped, `code` is an errno value.
// Without a `remedy` the usual one for that code is named, if there is one.
failure system_failure(std::string_view act, std::string_view path, int code,
                       std::string_view remedy = {});

} // namespace hubspool
