// What `plan --online` asks HubSpot for: before the records are read, which properties the account
// has; after that, which of their objects. Nothing is changed there.
#pragma once

#include "app/finding.hpp"
#include "app/online/id_questions.hpp"
#include "base/json_writer.hpp"
#include "cli/plan/planned_ids.hpp"
#include "config/settings.hpp"
#include "core/properties/property_survey.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct online_plan {
    std::optional<property_survey> survey; // nothing: HubSpot did not tell the properties
    std::vector<finding> told;             // by HubSpot, or why not
    planned_ids ids;
    std::optional<asked_ids> events; // nothing: not asked for

    std::uint64_t refused_records() const { return survey ? survey->refused_records() : 0; }
    // Each record would be taken, as far as HubSpot has told.
    bool is_clean() const {
        return refused_records() == 0 && !(events && !events->unknown.empty());
    }
};

// Blocks while HubSpot is asked. Reads the credential: with the rights of who owns it.
online_plan begin_online_plan(const settings& options);
// Notes the records' fields and objects. As in property_survey.
void take_online(online_plan& online, const decoded_block& block, const std::string& file,
                 const std::function<bool(std::uint64_t)>& is_over);
// Asks for the objects, if HubSpot answered before. `objects`: of the plan. Blocks, and shows on a
// terminal how far it is.
void look_up_objects(online_plan& online, std::uint64_t objects, const settings& options);

// Rows below the plan's.
std::string online_text(const online_plan& online);
// A value.
void put_online(json_writer& json, const online_plan& online);

} // namespace hubspool
