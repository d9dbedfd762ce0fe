#include "simulator/behaviour.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <optional>

namespace hubspool::simulator {

namespace {

namespace dom = simdjson::dom;

bool read(dom::element value, std::string& target) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return false;
    target = text;
    return true;
}

bool read(dom::element value, bool& target) {
    return value.get(target) == simdjson::SUCCESS;
}

bool read(dom::element value, std::int64_t& target) {
    return value.get(target) == simdjson::SUCCESS && target >= 0;
}

bool read(dom::element value, std::uint64_t& target) {
    return value.get(target) == simdjson::SUCCESS;
}

bool read(dom::element value, std::uint32_t& target) {
    std::uint64_t wide = 0;
    if (!read(value, wide) || wide > 1000000) return false;
    target = static_cast<std::uint32_t>(wide);
    return true;
}

bool read(dom::element value, std::vector<std::string>& target) {
    dom::array entries;
    if (value.get(entries) != simdjson::SUCCESS) return false;
    target.clear();
    for (dom::element entry : entries)
        if (!read(entry, target.emplace_back())) return false;
    return true;
}

// Nothing: it is no setting of the account.
std::optional<bool> change_account(behaviour& to, std::string_view name, dom::element value) {
    if (name == "portal_id") return read(value, to.portal_id);
    if (name == "time_zone") return read(value, to.time_zone);
    if (name == "other_portals") return read(value, to.other_portals);
    if (name == "account_status") return read(value, to.account_status);
    if (name == "properties") return read(value, to.properties);
    if (name == "properties_status") return read(value, to.properties_status);
    if (name == "properties_pad") return read(value, to.properties_pad);
    if (name == "events_status") return read(value, to.events_status);
    if (name == "echo_tokens") return read(value, to.echo_tokens);
    if (name == "client_id") return read(value, to.client_id);
    if (name == "client_secret") return read(value, to.client_secret);
    if (name == "refresh_token") return read(value, to.refresh_token);
    if (name == "token_life_ms") return read(value, to.token_life_ms);
    if (name == "rotate_refresh_token") return read(value, to.rotate_refresh_token);
    if (name == "token_error") return read(value, to.token_error);
    if (name == "aside_ms") return read(value, to.aside_ms);
    return std::nullopt;
}

bool change_one(behaviour& to, std::string_view name, dom::element value) {
    if (name == "token") return read(value, to.token);
    if (name == "limit") return read(value, to.limit);
    if (const auto changed = change_account(to, name, value)) return *changed;
    if (name == "enforce") return read(value, to.enforce);
    if (name == "send_limit_headers") return read(value, to.send_limit_headers);
    if (name == "daily") return read(value, to.daily);
    if (name == "others_in_window") return read(value, to.others_in_window);
    if (name == "others_today") return read(value, to.others_today);
    if (name == "latency_ms") return read(value, to.latency_ms);
    if (name == "jitter_ms") return read(value, to.jitter_ms);
    if (name == "faults") return read(value, to.faults) && bool(parse_faults(to.faults));
    if (name == "unknown_every") return read(value, to.unknown_every);
    if (name == "bad400_every") return read(value, to.bad400_every);
    if (name == "status500_object") return read(value, to.status500_object);
    if (name == "all_unknown") return read(value, to.all_unknown);
    if (name == "refuse_property") return read(value, to.refuse_property);
    if (name == "html_portal") return read(value, to.html_portal);
    if (name == "unauthorized") return read(value, to.unauthorized);
    if (name == "forbidden") return read(value, to.forbidden);
    if (name == "max_inputs") return read(value, to.max_inputs);
    return false;
}

} // namespace

result<void> change_behaviour(behaviour& settings, std::string_view json) {
    dom::parser parser;
    dom::object changes;
    const simdjson::padded_string text(json);
    if (parser.parse(text).get(changes) != simdjson::SUCCESS)
        return failure{"the body must be a JSON object of options"};
    behaviour changed = settings;
    for (const auto [name, value] : changes)
        if (!change_one(changed, name, value))
            return failure{fmt::format("{}: unknown, or {} is no value for it", name,
                                       simdjson::minify(value))};
    settings = std::move(changed);
    return {};
}

result<std::vector<fault>> parse_faults(const std::vector<std::string>& rules) {
    std::vector<fault> parsed;
    for (const auto& rule : rules) {
        auto made = parse_fault(rule);
        if (!made) return made.error();
        parsed.push_back(std::move(*made));
    }
    return parsed;
}

} // namespace hubspool::simulator
