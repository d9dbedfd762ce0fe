#include "app/control/asked_changes.hpp"

#include "base/clocks.hpp"
#include "control/page_query.hpp"
#include "core/words/iso_instant.hpp"
#include "core/words/printable.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace hubspool {

namespace {

// Its type alone, without what follows a ';'.
std::string media_type(const std::string& content_type) {
    std::string type = content_type.substr(0, content_type.find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

std::string table_name_of(const std::string& content_type) {
    const std::string type = media_type(content_type);
    if (type == "text/csv") return "changes.csv";
    return type == "text/tab-separated-values" ? "changes.tsv" : "";
}

result<as_of_ms> read_as_of(const std::string& text) {
    const std::optional<std::int64_t> time = iso_instant(text);
    if (!time || *time < 0)
        return failure{"as_of=" + printable(text) +
                       " is no time: write it as 2026-11-30T01:00:00Z, with '+' as %2B"};
    if (*time > wall_now().time_since_epoch().count())
        return failure{"as_of=" + printable(text) +
                       " lies in the future: no record can be of then"};
    return static_cast<as_of_ms>(*time);
}

} // namespace

result<asked_changes> read_asked_changes(const page_request& asked) {
    const auto query = read_query(asked.query);
    if (!query) return query.error();
    asked_changes changes;
    changes.name = table_name_of(asked.content_type);
    for (const auto& [name, value] : *query) {
        if (name == "lane" && (value == "live" || value == "bulk")) {
            changes.how.lane = value == "bulk" ? lane::bulk : lane::live;
        } else if (name == "lane") {
            return failure{"lane=" + printable(value) + " is neither live nor bulk"};
        } else if (name == "as_of") {
            const auto as_of = read_as_of(value);
            if (!as_of) return as_of.error();
            changes.how.as_of = *as_of;
        } else {
            return failure{"the query may have lane and as_of, not " + printable(name)};
        }
    }
    return changes;
}

} // namespace hubspool
