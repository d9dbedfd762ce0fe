// Why hubspool may not take a name from new/ or bulk/, with the remedy.
//
// Keeps nothing. Any thread.
#pragma once

#include "spool/directory_access.hpp"

#include <string>

namespace hubspool {

// What speaks against reading it; empty: nothing. A hint, asked before the claim: what it misses
// shows at the rename or at the opening.
std::string reading_obstacle(int directory, const std::string& name, const file_look& look);

// Of the rename of an entry, an error that only the entry is to blame for; and its words.
bool is_moving_obstacle(int error);
std::string moving_obstacle(int error, const file_look& look);
// For who does not try: the error that the rename out of `directory` would end with, or 0.
int expected_moving_error(int directory, const file_look& directory_look, const std::string& name,
                          const file_look& look);

} // namespace hubspool
