// Where HubSpot's API has what is asked for, by `api.version`. Pure.
#pragma once

#include <string>

namespace hubspool {

// The path of the batch update, by version: /marketing/v3/marketing-events/batch/update for v3,
// /marketing/marketing-events/2026-03/batch/update for a dated one (HubSpot's OpenAPI files).
std::string batch_update_path(const std::string& version);
// Of one event: /marketing/v3/marketing-events/7. Any bytes are a valid id.
std::string event_path(const std::string& version, const std::string& object_id);
// Of a page of the list of them: /marketing/marketing-events/v3?limit=100&after=..., in the dated
// form for v3, too (the same). `after`: as the page before told; empty: the first.
std::string event_list_path(const std::string& version, const std::string& after);
// /account-info/{version}/details, .../api-usage/daily/private-apps; /oauth/{version}/token and,
// below it, introspect. A dated version is not taken below 2026-03, the first that has them all
// (the same).
std::string account_details_path(const std::string& version);
std::string daily_usage_path(const std::string& version);
std::string oauth_token_path(const std::string& version);
// Of marketing events (object type 0-54): /crm/v3/properties/0-54 or /crm/properties/2026-03/0-54,
// and property-validations likewise. The marketing API's versions and these are the same.
std::string property_definitions_path(const std::string& version);
std::string property_rules_path(const std::string& version);

} // namespace hubspool
