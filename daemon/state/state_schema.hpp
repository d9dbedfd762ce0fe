// The tables of the state database, and what tells ours from others.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

// Afterwards the database is ours, of this version, with tables if it was empty. Else a failure:
// another program's, a newer version's, damaged, or empty and not to be filled.
// `fill_with_last_number`: an empty one gets its tables, and numbers go on after this one.
result<void> prepare_schema(database& db, std::optional<std::uint64_t> fill_with_last_number);

} // namespace hubspool
