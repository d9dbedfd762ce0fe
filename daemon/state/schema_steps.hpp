// How a database of each older version becomes one of the next.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"

#include <span>

namespace hubspool {

// In one transaction.
struct schema_step {
    const char* sql;
    // What SQL alone cannot do of it; null: nothing.
    result<void> (*then)(database& db) = nullptr;
};

// The first is from version 1.
std::span<const schema_step> schema_steps();

} // namespace hubspool
