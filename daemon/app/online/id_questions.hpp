// Asks HubSpot which of some objectIds it has no event for, and holds itself back as
// event_questions does. First whose account it is; then as core/properties/id_search chooses. It
// needs the scope crm.objects.marketing_events.read.
#pragma once

#include "app/api_maker.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hubspool {

struct id_round {
    std::string portal; // whose events they are; empty: not known
    std::vector<std::string> object_ids;
    std::uint64_t limit = 1;                        // requests in a window that hubspool may send
    std::uint64_t questions_max = 0;                // then the rest is left
    std::function<void(std::size_t left)> progress; // before each question
};

struct asked_ids {
    std::vector<std::string> unknown; // HubSpot has no event for them
    std::size_t left = 0;             // of which nothing is known
    std::uint64_t questions = 0;      // for events
    std::string stopped;              // why not all were looked up; empty: all were
};

// Blocks.
asked_ids ask_for_unknown_ids(const settings& options, id_round round,
                              const api_maker& make_api = make_api_client);

} // namespace hubspool
