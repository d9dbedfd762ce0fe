// What became of a record, or of a change. Durable: the numbers stand in settlement blobs.
#pragma once

#include <cstdint>

namespace hubspool {

enum class fate : std::uint8_t {
    delivered,
    superseded, // by what was acknowledged together with it
    dead,
    overtaken, // superseded, too: by what had been acknowledged before, as the ledger knew
};

} // namespace hubspool
