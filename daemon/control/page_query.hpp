// The query of a request. Hides Boost.URL.
#pragma once

#include "base/result.hpp"

#include <map>
#include <string>

namespace hubspool {

// "lane=bulk&as_of=2026-11-30T01%3A00Z": names and values, decoded. A name that stands twice, or
// what is no query, is a failure.
result<std::map<std::string, std::string>> read_query(const std::string& query);

} // namespace hubspool
