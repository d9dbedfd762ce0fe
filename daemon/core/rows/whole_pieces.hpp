// The pieces of a file whose bytes come bit by bit, cut as the daemon cuts them.
#pragma once

#include "core/rows/piece_scanner.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hubspool {

// Calls `each(piece)` for each piece that is whole in `window`, whose first byte is at
// scanner.consumed(), and takes them out of it. What is not whole yet stays.
template <class Each>
void take_whole_pieces(piece_scanner& scanner, std::string& window, text_end end, Each each) {
    std::string_view rest = window;
    while (true) {
        const std::uint64_t used = scanner.consumed();
        const auto found = scanner.next(rest, end);
        if (found) each(*found);
        rest.remove_prefix(scanner.consumed() - used);
        if (!found) break;
    }
    window.erase(0, window.size() - rest.size());
}

} // namespace hubspool
