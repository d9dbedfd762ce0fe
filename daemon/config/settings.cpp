#include "config/settings.hpp"

namespace hubspool {

std::string batch_update_path(const std::string& version) {
    if (version == "v3") return "/marketing/v3/marketing-events/batch/update";
    return "/marketing/marketing-events/" + version + "/batch/update";
}

namespace {

std::string account_version(const std::string& version) {
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

} // namespace hubspool
