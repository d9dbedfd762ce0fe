// Gives the dead letters of a version without keys their keys, as far as the history tells them.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"

namespace hubspool {

// The rows of batches tell those of merged changes; of what could not be decoded, the names of
// files do. A letter of which nobody knows has its newest record's line, and no values. The caller
// holds the transaction.
result<void> give_letters_their_keys(database& db);

} // namespace hubspool
