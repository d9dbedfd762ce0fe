#include "core/echo_check.hpp"

#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace hubspool {

namespace {

// `element` is an entry of customProperties, as it was sent.
bool clears(std::string_view element) {
    simdjson::dom::parser parser;
    simdjson::dom::element value;
    const auto sent = parser.parse(element.data(), element.size());
    if (sent["value"].get(value) != simdjson::SUCCESS) return true;
    std::string_view text;
    return value.is_null() || (value.get(text) == simdjson::SUCCESS && text.empty());
}

// Few are gone through, which is quicker than making a set of them.
class echo_names {
public:
    explicit echo_names(const std::vector<std::string>& names) : names_(names) {
        constexpr std::size_t few = 16;
        if (names.size() > few) many_.insert(names.begin(), names.end());
    }
    bool contain(std::string_view name) const {
        if (!many_.empty()) return many_.contains(name);
        return std::find(names_.begin(), names_.end(), name) != names_.end();
    }

private:
    const std::vector<std::string>& names_;
    std::unordered_set<std::string_view> many_;
};

} // namespace

std::vector<std::string> missing_from_echo(const field_set& sent, const answer_result& result) {
    std::vector<std::string> missing;
    if (!result.echo) return missing;
    const echo_names stored(*result.echo);
    sent.for_each([&](const field& f, std::uint32_t) {
        if (f.kind != field_kind::custom || stored.contain(f.name) || clears(f.value)) return;
        missing.emplace_back(f.name);
    });
    return missing;
}

} // namespace hubspool
