// What the run before left in `sending`.
#pragma once

#include "core/reading/decode_crash.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace hubspool {

struct sending_leftovers {
    // Release times (boot clock) of answered requests that still fill the rate window, with counts.
    std::vector<std::pair<boot_time, std::uint32_t>> released_at;
    // Requests without a conclusive answer: they count as sent now, and their objects are not sent
    // until `held_until`.
    struct unanswered {
        boot_time written;
        boot_time held_until;
        std::vector<std::uint64_t> id_hashes;
        // It got an answer that left open whether it is applied: its release is among released_at,
        // and it need not count as sent now.
        bool answered = false;
    };
    std::vector<unanswered> requests;
    // All sending waits until then: another boot, or the file missing while `run_before`.
    std::optional<boot_time> hold_all_until;
    // A confirmed crash of the decoder.
    std::optional<decode_crash> decode;
    // Bytes that crashed it too often, as note_undecodable() was told: file and offset.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> undecodable;
};

} // namespace hubspool
