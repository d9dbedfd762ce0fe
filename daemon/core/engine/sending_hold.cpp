#include "core/engine/sending_hold.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {

sending_hold of_park(const park& p) {
    const std::string name(to_string(p.reason));
    if (p.reason == park_reason::paused)
        return {"park", "paused by an operator; `hubspool resume` ends it", std::nullopt};
    sending_hold hold{"park", "sending is parked (" + name + "), and asks again by itself",
                      std::nullopt};
    if (p.reason == park_reason::suspect_data)
        hold.reason =
            "sending is parked (" + name + ") until `hubspool resume`, or a probe succeeds";
    if (p.probe_at != boot_time::max()) hold.until = p.probe_at;
    return hold;
}

std::string words_of(const engine_status& status) {
    const std::string last = status.last_failure.empty() ? "" : ": " + status.last_failure;
    // Every cause has its words; a new one must get some, or this does not compile without a
    // warning.
    switch (status.held_by) {
    case hold_cause::restart: return "requests of before a restart of the machine may still land";
    case hold_cause::retry_after: return "HubSpot asked to wait (Retry-After)";
    case hold_cause::rate_limited: return "HubSpot answered that its rate limit was exceeded (429)";
    case hold_cause::may_land:
        return "the last request of every object that could be asked with may still land";
    case hold_cause::not_noted:
        return "the file `sending` in the state directory cannot take up a request; see the log";
    case hold_cause::backoff: break;
    }
    return "backing off after a failure" + last;
}

std::string_view kind_of(hold_cause cause) {
    switch (cause) {
    case hold_cause::restart: return "restart";
    case hold_cause::retry_after: return "retry_after";
    case hold_cause::rate_limited: return "rate_limited";
    case hold_cause::may_land: return "may_land";
    case hold_cause::not_noted: return "not_noted";
    case hold_cause::backoff: break;
    }
    return "backoff";
}

void add_outage(const engine_status& status, std::vector<sending_hold>& holds) {
    if (status.breaker == breaker_state::open)
        holds.push_back(
            {"outage", "HubSpot is not reached: " + status.last_failure, status.breaker_probe_at});
    if (status.breaker == breaker_state::probing)
        holds.push_back(
            {"outage",
             "HubSpot was not reached, and is being asked with one record: " + status.last_failure,
             std::nullopt});
}

void add_credential(const engine_status& status, std::vector<sending_hold>& holds) {
    using credential = credential_state;
    if (status.credential == credential::missing)
        holds.push_back({"credential", "there is no usable credential yet", std::nullopt});
    if (status.credential == credential::unproved)
        holds.push_back({"credential", "HubSpot is asked first whose account the credential opens",
                         std::nullopt});
}

} // namespace

std::vector<sending_hold> holds_of(const engine_status& status, boot_time now) {
    std::vector<sending_hold> holds;
    // Parks first: they are what a person can do something about.
    for (const park& p : status.parks) holds.push_back(of_park(p));
    if (status.outcomes_full)
        holds.push_back({"outcomes",
                         fmt::format("{} outcomes wait to be recorded; has the state's disk room?",
                                     status.uncommitted),
                         std::nullopt});
    // A hold that has passed is none, though nobody has cleared it.
    if (status.held_until > now)
        holds.push_back({kind_of(status.held_by), words_of(status), status.held_until});
    add_outage(status, holds);
    add_credential(status, holds); // its check waits for what stands above
    if (status.bulk_held)
        holds.push_back(
            {"bulk",
             "bulk files wait, as a drain came to its deadline; the next `hubspool drain`, "
             "or `hubspool resume`, sends them",
             std::nullopt});
    if (status.recovering)
        holds.push_back(
            {"frontier", "what the run before had read is read again first", std::nullopt});
    else if (status.reading_first)
        holds.push_back({"reading", "all that is queued is read first", std::nullopt});
    return holds;
}

} // namespace hubspool
