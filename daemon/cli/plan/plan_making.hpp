// What a drain would do now with what is queued, or with files that are given: all of it is read
// once, and rehearsed (app/plan/rehearsal.hpp). Nothing is changed and nothing is locked.
#pragma once

#include "app/plan/rehearsal.hpp"
#include "cli/commands/commands.hpp"
#include "cli/plan/online_plan.hpp"
#include "cli/status/backlog_estimate.hpp"
#include "core/books/park_row.hpp"
#include "core/words/lane.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

// Dead letters of one reason.
struct planned_deaths {
    std::uint64_t records = 0;
    std::vector<std::string> places; // of the first ones
};

struct drain_plan {
    bool of_queue = true; // else of files that were given
    per_lane<std::uint64_t> files;
    std::uint64_t bytes = 0; // of what is still to be read
    std::uint64_t objects = 0;
    bool objects_exact = true; // else estimated from a part of them
    rehearsed sent;
    std::map<std::string, planned_deaths> deaths;              // by reason
    std::vector<std::pair<std::string, std::string>> left_out; // files, and why: some of them,
    std::uint64_t left_out_total = 0;                          // of so many
    std::vector<std::string> sample;                           // bodies of requests
    send_pace pace;
    milliseconds time{0}; // from the first request to the last answer
    wall_time begins = {};
    std::vector<park_row> parks; // why nothing would be sent just now
    bool paused = false;
    std::string estimated;             // why the number of requests is not exact; empty: it is
    std::optional<online_plan> online; // if HubSpot was to be asked

    std::uint64_t records() const { return sent.fates.settled(); }
};

// Becomes the state's owner. Files are opened before that.
result<drain_plan> plan_drain(const command_context& context, const plan_arguments& arguments);

} // namespace hubspool
