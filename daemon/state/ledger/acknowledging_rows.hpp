// Which rows of the history acknowledged what the ledger knows; also beside a daemon that commits.
// Errors as in state/database_file.hpp.
#pragma once

#include "base/result.hpp"
#include "core/words/ledger_entry.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// For each field of each entry the newest row that acknowledged it under the key that the ledger
// has; 0: the history has none (any more). Goes through the rows from new to old, as far as it has
// to.
using field_rows = std::vector<std::vector<std::uint64_t>>;
result<field_rows> find_acknowledging_rows(const std::string& directory,
                                           const std::vector<ledger_entry>& entries);

// Calls back with the object of each change that HubSpot acknowledged, once a change, from row
// `from` on.
result<void> visit_acknowledged(const std::string& directory, std::uint64_t from,
                                const std::function<void(std::string_view object_id)>& visit);

// Whose history it is; empty: never proved.
result<std::string> portal_of_history(const std::string& directory);

} // namespace hubspool
