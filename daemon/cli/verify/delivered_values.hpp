// What HubSpot acknowledged last of some objects, with the values, which the ledger does not keep:
// they are read again in the files that carried them, as long as these are kept.
//
// A value is taken only from a record that the acknowledging batch settled, under the key that the
// ledger has; so one that was mended, or sent once more, is the one that was sent. Where the ledger
// has its hash, that must agree, too.
#pragma once

#include "base/result.hpp"
#include "cli/commands/commands.hpp"
#include "core/properties/event_comparison.hpp"
#include "core/words/order_key.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace hubspool {

struct delivered_value {
    sent_field sent;
    order_key key;
    std::optional<wall_time> at; // when HubSpot acknowledged it; nothing: not known
    std::uint64_t batch = 0;     // 0: not known, or it was unchanged since
    std::uint64_t file = 0;      // in which its record was found; 0: in none
};

struct delivered_object {
    std::string object_id;
    std::vector<delivered_value> values; // none: nothing of it was acknowledged
};

// In the order of the ids. The state must be readable, see open_for_reading().
result<std::vector<delivered_object>> gather_delivered(const command_context& context,
                                                       const std::set<std::string>& object_ids);

} // namespace hubspool
