#include "control/page_query.hpp"

#include <boost/url/parse_query.hpp>

#include <utility>

namespace hubspool {

result<std::map<std::string, std::string>> read_query(const std::string& query) {
    std::map<std::string, std::string> found;
    if (query.empty()) return found;
    const auto parsed = boost::urls::parse_query(query);
    if (!parsed) return failure{"what follows the '?' is no query: write NAME=VALUE&NAME=VALUE"};
    for (const auto& coded : *parsed) {
        const std::string name = coded.key.decode();
        if (!found.emplace(name, coded.value.decode()).second)
            return failure{"the query has " + name + " twice"};
    }
    return found;
}

} // namespace hubspool
