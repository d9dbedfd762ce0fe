// What a replay would do: its files read once, with the decoder that will read them.
#pragma once

#include "cli/replay/object_sample.hpp"
#include "cli/replay/replay_choice.hpp"
#include "cli/replay/staged_records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace hubspool {

struct replay_plan {
    std::uint64_t records = 0; // that are chosen
    std::uint64_t bad = 0;     // pieces that are no records, which die once more
    std::uint64_t objects = 0;
    bool is_exact = true; // objects are counted; else estimated from a part of them
    // Of the objects that were asked about.
    std::uint64_t asked_values = 0, newer_values = 0; // HubSpot has a newer one of these
    std::uint64_t asked_objects = 0, newer_objects = 0;
    std::uint64_t requests = 0;
    std::uint64_t limit = 0; // requests in a window
    milliseconds time{0};

    bool is_empty() const { return records + bad == 0; }
    double newer_share() const {
        return asked_values == 0
                   ? 0
                   : static_cast<double>(newer_values) / static_cast<double>(asked_values);
    }
};

// Which records of a chosen file.
struct record_choice {
    std::set<std::string> object_ids; // none: all
    // Ordinals, by number of the file; nothing: all.
    std::optional<std::map<std::uint64_t, std::set<std::uint64_t>>> dead;

    bool is_all() const { return object_ids.empty() && !dead; }
};
// Becomes the state's owner.
result<record_choice> choose_records(const command_context& context,
                                     const replay_arguments& arguments,
                                     const replay_choice& choice);

// Reads all of it, and tells on a terminal how far it is. `staged`: takes the chosen records, or
// null. `requests_max`: 0 for all that the limit allows.
result<replay_plan> make_plan(const command_context& context, const replay_choice& choice,
                              const record_choice& records, bool as_newest,
                              std::uint32_t requests_max, staged_records* staged);

// How many requests may go in a window: as the daemon says, else as configured.
std::uint64_t present_limit(const settings& options);

} // namespace hubspool
