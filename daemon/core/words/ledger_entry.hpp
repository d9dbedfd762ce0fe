// What the ledger knows of one object: values.
#pragma once

#include "core/words/field_key.hpp"
#include "core/words/order_key.hpp"

#include <string>
#include <vector>

namespace hubspool {

struct ledger_field {
    field_key field;
    order_key acknowledged; // the largest that HubSpot acknowledged; {}: none is known
    // The largest that died, and of which an older value may have been acknowledged before a crash
    // without anybody's knowing; {}: none.
    order_key doubt;
};

struct ledger_entry {
    std::string object_id;
    std::vector<ledger_field> fields; // none: nothing of it was ever acknowledged
};

// To a question: an entry for each object of it.
struct ledger_answer {
    std::vector<ledger_entry> entries;
    order_key horizon; // below it the ledger may have forgotten
};

} // namespace hubspool
