// One page of the list of an account's events (GET .../marketing-events; schema
// CollectionResponseMarketingEventPublicReadResponseV2ForwardPaging). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct event_page {
    std::vector<std::string> object_ids; // as object_id has them
    std::string after; // what the next page is asked for with; empty: there is none
};

// Nothing: the body is no such page.
std::optional<event_page> read_event_page(std::string_view body);

} // namespace hubspool
