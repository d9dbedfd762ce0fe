// The properties of marketing events that the account has, in the shapes of HubSpot's OpenAPI
// files: CollectionResponsePropertyNoPaging,
// CollectionResponsePublicPropertyValidationRuleMapNoPaging. Pure.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool::simulator {

// "name=tier,type=enumeration,options=gold|silver,rule=MAX_LENGTH:5,archived": a name is all that
// must be there. `several`, `calculated` and `read-only` may stand there, too.
struct property_words {
    std::string name;
    std::string type = "string";
    std::vector<std::string> options;
    std::vector<std::pair<std::string, std::string>> rules; // type, argument
    bool several = false, archived = false, calculated = false, read_only = false;
};
result<property_words> parse_property(std::string_view text);

// Bodies. What HubSpot has defined itself comes first; each description is as long as `pad`.
std::string properties_json(const std::vector<property_words>& defined, bool archived,
                            std::size_t pad);
std::string property_rules_json(const std::vector<property_words>& defined);

} // namespace hubspool::simulator
