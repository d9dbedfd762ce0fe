// The paths of HubSpot's API by version, as its OpenAPI files have them.
#include "config/hubspot_paths.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

TEST(hubspot_paths, of_events_are_of_the_version_that_is_set) {
    EXPECT_EQ(batch_update_path("v3"), "/marketing/v3/marketing-events/batch/update");
    EXPECT_EQ(batch_update_path("2025-09"), "/marketing/marketing-events/2025-09/batch/update");
}

TEST(hubspot_paths, of_the_list_of_events_are_in_the_dated_form_and_pages_are_escaped) {
    EXPECT_EQ(event_list_path("v3", ""), "/marketing/marketing-events/v3?limit=100");
    EXPECT_EQ(event_list_path("2026-03", "a b&c=="),
              "/marketing/marketing-events/2026-03?limit=100&after=a%20b%26c%3D%3D");
}

struct account_row {
    const char* set;
    const char* asked;
};

// The account's endpoints came with 2026-03: before it that one is asked, after it the set one.
const account_row account_rows[] = {
    {"v3", "v3"},           {"2024-01", "2026-03"}, {"2025-09", "2026-03"}, {"2026-02", "2026-03"},
    {"2026-03", "2026-03"}, {"2026-04", "2026-04"}, {"2027-01", "2027-01"},
};

TEST(hubspot_paths, of_the_account_are_never_older_than_the_version_that_brought_them) {
    for (const account_row& row : account_rows)
        EXPECT_EQ(account_details_path(row.set),
                  std::string("/account-info/") + row.asked + "/details");
}

TEST(hubspot_paths, of_the_days_usage_are_of_the_same_version_as_the_account) {
    for (const account_row& row : account_rows)
        EXPECT_EQ(daily_usage_path(row.set),
                  std::string("/account-info/") + row.asked + "/api-usage/daily/private-apps");
}

TEST(hubspot_paths, of_tokens_are_of_the_same_version_as_the_account) {
    for (const account_row& row : account_rows)
        EXPECT_EQ(oauth_token_path(row.set), std::string("/oauth/") + row.asked + "/token");
}

TEST(hubspot_paths, of_properties_name_marketing_events_in_both_forms) {
    EXPECT_EQ(property_definitions_path("v3"), "/crm/v3/properties/0-54");
    EXPECT_EQ(property_definitions_path("2026-03"), "/crm/properties/2026-03/0-54");
    EXPECT_EQ(property_rules_path("v3"), "/crm/v3/property-validations/0-54");
    EXPECT_EQ(property_rules_path("2026-03"), "/crm/property-validations/2026-03/0-54");
}

} // namespace
} // namespace hubspool
