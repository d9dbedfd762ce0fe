// What stands in a record's "$hubspool", which is ours alone and never sent. For core/change_json
// only, because it shows simdjson.
#pragma once

#include "core/words/order_key.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class lossless_json; // whose tree an element is of

struct record_envelope {
    std::string_view id;            // the producer's reference; lives as long as the tree
    std::optional<as_of_ms> as_of;  // when it was so
    std::optional<order_key> order; // the key that it brings along
    bool as_newest = false;         // its order only tells which record it was: it counts as new
    std::string fault;              // why the record is refused; empty: it is not
};

// What is not understood in it is refused, so that later versions may give it a meaning. The id is
// told all the same, so that a dead letter names it.
record_envelope read_envelope(simdjson::dom::element value, const lossless_json& json);

} // namespace hubspool
