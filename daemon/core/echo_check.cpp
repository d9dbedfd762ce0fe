#include "core/echo_check.hpp"

#include <simdjson.h>

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

} // namespace

std::vector<std::string> missing_from_echo(const field_set& sent, const answer_result& result) {
    std::vector<std::string> missing;
    if (!result.echo) return missing;
    const std::unordered_set<std::string_view> stored(result.echo->begin(), result.echo->end());
    sent.for_each([&](const field& f, position) {
        if (f.kind != field_kind::custom || stored.contains(f.name) || clears(f.value)) return;
        missing.emplace_back(f.name);
    });
    return missing;
}

} // namespace hubspool
