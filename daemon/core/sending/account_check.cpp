#include "core/sending/account_check.hpp"

#include "core/answers/answer_text.hpp"

#include <simdjson.h>

#include <utility>

namespace hubspool {

std::optional<account_details> read_account_details(const api_response& response) {
    // Only a success tells; its words are looked at by the caller.
    const bool answered = response.end == exchange_end::answered;
    if (!answered || response.status < 200 || response.status > 299) return {};
    simdjson::dom::parser parser;
    const simdjson::padded_string text(response.body);
    simdjson::dom::object object;
    account_details details;
    if (parser.parse(text).get(object) != simdjson::SUCCESS) return {};
    // Without the number nothing is proved, whatever else it says.
    if (object["portalId"].get(details.portal_id) != simdjson::SUCCESS) return {};
    std::string_view zone;
    if (object["timeZone"].get(zone) == simdjson::SUCCESS)
        details.time_zone = clean_text(zone, name_bytes_max);
    return details;
}

void account_check::want(boot_time at, std::optional<std::uint64_t> told) {
    wanted_ = true;
    at_ = at;
    told_ = told;
    // A check on its way was asked with the credential before, so its answer counts no more.
    outdated_ = on_its_way_;
}

boot_time account_check::due() const {
    // One check at a time: a second one could not tell anything else.
    const bool now_or_later = wanted_ && !on_its_way_ && credential_ != credential_state::missing;
    return now_or_later ? at_ : boot_time::max();
}

void account_check::sent() {
    on_its_way_ = true;
    outdated_ = false;
}

bool account_check::answered() {
    on_its_way_ = false;
    return !std::exchange(outdated_, false);
}

} // namespace hubspool
