// Asks HubSpot for events, one after the other, and holds itself back: a daemon that runs does not
// count these requests.
//
// First whose account it is, and which properties that has: four requests. Then one an event. An
// answer that is of no use is asked for once more, where that may help, and ends the round else.
#pragma once

#include "app/api_maker.hpp"
#include "app/online/property_questions.hpp"
#include "core/properties/event_answer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct event_round {
    std::string portal; // whose events they are; empty: not known
    std::vector<std::string> object_ids;
    std::uint64_t limit = 1; // requests in a window that hubspool may send
    // Hears of each in turn. Nothing: HubSpot has no such event.
    std::function<void(std::size_t place, const std::optional<told_event>& event,
                       const defined_properties* known)>
        take;
};

struct asked_events {
    std::vector<finding> found; // of the properties
    std::size_t asked = 0;      // of the round's objects, from the first on
    std::string stopped;        // why not all; empty: all were
};

// Requests beside those for events.
inline constexpr std::uint64_t questions_before_events = 4;

// Blocks.
asked_events ask_for_events(const settings& options, const event_round& round,
                            const api_maker& make_api = make_api_client);

} // namespace hubspool
