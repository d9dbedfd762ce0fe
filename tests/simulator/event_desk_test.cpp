#include "simulator/event_desk.hpp"
#include "simulator/portal.hpp"
#include "support/openapi_schema.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

TEST(event_desk, event_is_told_in_the_shape_of_hubspots_file) {
    portal events;
    simdjson::dom::parser parser;
    const simdjson::padded_string input(std::string_view(
        R"({"objectId":"7","eventName":null,"eventType":"fair","eventCancelled":true,)"
        R"("startDateTime":"2026-11-30T01:00:00+01:00","brandNew":{"a":1},"customProperties":[)"
        R"({"name":"seats","value":12},{"name":"tier","value":"gold"},{"name":"x","value":null}]})"));
    object_state& object = events.object("7");
    events.apply(object, parser.parse(input).get_object());
    const std::string body = event_json(object, events.names(), "2026-12-01T00:00:00.000Z");
    EXPECT_EQ(body, R"({"objectId":"7","eventType":"fair","eventCancelled":true,)"
                    R"("startDateTime":"2026-11-30T00:00:00.000Z","eventName":"",)"
                    R"("customProperties":[{"name":"seats","value":"12"},)"
                    R"({"name":"tier","value":"gold"}],"createdAt":"2026-01-01T00:00:00.000Z",)"
                    R"("updatedAt":"2026-12-01T00:00:00.000Z"})");
    const openapi::openapi_file schemas(HUBSPOT_SCHEMAS);
    const simdjson::padded_string told(body);
    EXPECT_EQ(schema_problem(schemas.at("MarketingEventPublicReadResponseV2"), parser.parse(told)),
              "");
}

TEST(event_desk, path_of_an_event_ends_with_its_id) {
    EXPECT_EQ(event_in("/marketing/v3/marketing-events/7"), "7");
    EXPECT_EQ(event_in("/marketing/marketing-events/2026-03/7"), "7");
    for (const char* other :
         {"/marketing/v3/marketing-events/", "/crm/v3/properties/0-54",
          "/marketing/v3/marketing-events/7/identifiers", "/marketing/marketing-events/2026-03/",
          "/marketing/marketing-events/"})
        EXPECT_EQ(event_in(other), std::nullopt) << other;
}

TEST(event_desk, page_of_the_list_is_told_apart_from_an_event) {
    const auto first = event_list_in("/marketing/marketing-events/v3?limit=100");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->limit, 100U);
    EXPECT_EQ(first->after, 0U);
    const auto second = event_list_in("/marketing/marketing-events/2026-03?limit=7&after=200");
    ASSERT_TRUE(second);
    EXPECT_EQ(second->limit, 7U);
    EXPECT_EQ(second->after, 200U);
    for (const char* other :
         {"/marketing/marketing-events/2026-03/7", "/marketing/v3/marketing-events/7"})
        EXPECT_FALSE(event_list_in(other)) << other;
    EXPECT_EQ(event_in("/marketing/marketing-events/v3?limit=100"), std::nullopt);
}

} // namespace
} // namespace hubspool::simulator
