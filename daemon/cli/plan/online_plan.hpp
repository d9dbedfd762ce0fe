// What `plan --online` asks HubSpot for, and what the records of the plan are held against.
#pragma once

#include "app/finding.hpp"
#include "base/json_writer.hpp"
#include "config/settings.hpp"
#include "core/properties/property_survey.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct online_plan {
    std::optional<property_survey> survey; // nothing: HubSpot did not tell the properties
    std::vector<finding> told;             // by HubSpot, or why not

    std::uint64_t refused_records() const { return survey ? survey->refused_records() : 0; }
};

// Blocks while HubSpot is asked. Reads the credential: with the rights of who owns it.
online_plan begin_online_plan(const settings& options);

// Rows below the plan's.
std::string online_text(const online_plan& online);
// A value.
void put_online(json_writer& json, const online_plan& online);

} // namespace hubspool
