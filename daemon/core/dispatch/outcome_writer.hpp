// Writes into a batch's outcome what became of its objects: their changes, their records' fates,
// their dead letters.
//
// Pure; loop thread.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/pending/pending_object.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class outcome_writer {
public:
    // The object's first change was delivered. A record that owns none of the values that were sent
    // was superseded.
    void delivered(const pending_object& object, batch_outcome& outcome);
    // The object's first change becomes a dead letter.
    static void dead(const pending_object& object, std::string_view category,
                     std::string_view words, batch_outcome& outcome);

private:
    std::vector<bool> owns_; // a field, each record of the change; kept for its room
};

} // namespace hubspool
