// What became of a record, or of a change. Durable: the numbers stand in settlement blobs.
#pragma once

#include <cstdint>

namespace hubspool {

enum class fate : std::uint8_t {
    delivered,
    superseded, // by what was acknowledged together with it
    dead,
    overtaken, // superseded, too: by what had been acknowledged before, as the ledger knew
    unchanged, // not sent: HubSpot had acknowledged the same values before, as the ledger knew
};

// HubSpot has the values of a change that ended so.
constexpr bool is_at_hubspot(fate what) {
    return what == fate::delivered || what == fate::unchanged;
}

} // namespace hubspool
