// The table charge: how often objects were found guilty, over restarts. Callers hold the
// transaction.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "state/database.hpp"

#include <vector>

namespace hubspool {

// The last that is told of an object counts; 0 attempts delete it. Of too many the oldest go.
result<void> write_charges(database& db, const std::vector<batch_outcome>& outcomes);
result<std::vector<charge>> load_charges(database& db);

} // namespace hubspool
