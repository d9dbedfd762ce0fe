// A dead letter as the records that send it once more: one for each key among its values, each
// with its key, so that what is newer by now stands.
//
// One record with the newest key would put older values over newer ones, one with the oldest would
// lose newer ones, one with a new key would undo what was delivered since. What had been merged
// away when it died is not sent. Pure.
#pragma once

#include "core/books/batch_outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// What a person changes in letters before they are sent.
struct letter_edits {
    struct setting {
        std::string property, value;
    };
    struct renaming {
        std::string from, to;
    };
    std::vector<setting> set;     // also where a letter has no such property
    std::vector<renaming> rename; // where it has the one and not the other
    bool as_newest = false;       // whatever is newer in HubSpot
};

struct retry_records {
    std::vector<std::string> lines; // JSON, without line breaks; the oldest key first
    bool edited = false;            // the edits changed something
    std::string_view why_not;       // for a person: why there are none
};

retry_records retry_records_of(const dead_letter& letter, const letter_edits& edits);

} // namespace hubspool
