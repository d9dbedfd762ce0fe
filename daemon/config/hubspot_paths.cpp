#include "config/hubspot_paths.hpp"

#include <string_view>

namespace hubspool {

namespace {

std::string events_path(const std::string& version) {
    // v3 has another form of path than the dated versions (HubSpot's OpenAPI files).
    if (version == "v3") return "/marketing/v3/marketing-events/";
    return "/marketing/marketing-events/" + version + '/';
}

// A segment of a path (RFC 3986 section 2.3).
std::string as_segment(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '~';
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain)
            out += c;
        else
            out.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
    }
    return out;
}

} // namespace

std::string batch_update_path(const std::string& version) {
    return events_path(version) + "batch/update";
}

std::string event_path(const std::string& version, const std::string& object_id) {
    return events_path(version) + as_segment(object_id);
}

std::string event_list_path(const std::string& version, const std::string& after) {
    const std::string first = "/marketing/marketing-events/" + version + "?limit=100";
    return after.empty() ? first : first + "&after=" + as_segment(after);
}

namespace {

std::string account_version(const std::string& version) {
    // The account's endpoints came with this version; dated names sort as they follow.
    constexpr const char* first = "2026-03";
    return version == "v3" || version > first ? version : first;
}

} // namespace

std::string account_details_path(const std::string& version) {
    return "/account-info/" + account_version(version) + "/details";
}

std::string daily_usage_path(const std::string& version) {
    return "/account-info/" + account_version(version) + "/api-usage/daily/private-apps";
}

std::string oauth_token_path(const std::string& version) {
    return "/oauth/" + account_version(version) + "/token";
}

namespace {

std::string crm_path(const std::string& version, const std::string& what) {
    constexpr const char* marketing_events = "/0-54";
    if (version == "v3") return "/crm/v3/" + what + marketing_events;
    return "/crm/" + what + '/' + version + marketing_events;
}

} // namespace

std::string property_definitions_path(const std::string& version) {
    return crm_path(version, "properties");
}

std::string property_rules_path(const std::string& version) {
    return crm_path(version, "property-validations");
}

} // namespace hubspool
