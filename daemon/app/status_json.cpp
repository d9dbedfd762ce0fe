#include "app/status_json.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "core/engine/sending_hold.hpp"

#include <fmt/core.h>

#include <unistd.h>

namespace hubspool {

namespace {

std::string_view name_of(breaker_state state) {
    switch (state) {
    case breaker_state::closed: return "closed";
    case breaker_state::doubtful: return "doubtful";
    case breaker_state::open: return "open";
    case breaker_state::probing: return "probing";
    }
    return "";
}

// To the second: a time that is computed from another clock anew each time would seem to change.
std::string when(boot_time at, boot_time now, wall_time wall) {
    return iso_time(std::chrono::round<std::chrono::seconds>(wall + (at - now)));
}

void put_parks(json_writer& json, const std::vector<park>& parks, boot_time now, wall_time wall) {
    json.key("parks").begin_array();
    for (const park& p : parks) {
        json.begin_object();
        json.key("reason").value(to_string(p.reason)).key("since").value(iso_time(p.since));
        json.key("words").value(p.words);
        if (p.probe_at != boot_time::max()) json.key("probe_at").value(when(p.probe_at, now, wall));
        json.end_object();
    }
    json.end_array();
}

void put_holds(json_writer& json, const dispatcher_status& core, boot_time now, wall_time wall) {
    json.key("holds").begin_array();
    for (const sending_hold& hold : holds_of(core, now)) {
        json.begin_object().key("kind").value(hold.kind).key("reason").value(hold.reason);
        if (hold.until) json.key("until").value(when(*hold.until, now, wall));
        json.end_object();
    }
    json.end_array();
}

void put_today(json_writer& json, const dispatcher_status& core) {
    json.key("today").begin_object().key("requests").value(core.today.used);
    if (core.today_allowed) json.key("allowed").value(*core.today_allowed);
    if (core.account_remaining) json.key("account_remaining").value(*core.account_remaining);
    json.key("ends").value(iso_time(core.today.ends));
    json.key("ends_ms").value(core.today.ends.time_since_epoch().count()).end_object();
}

} // namespace

std::string status_json(const live_view& view, boot_time now, wall_time wall) {
    const dispatcher_status& core = view.core;
    json_writer json;
    json.begin_object();
    json.key("pid")
        .value(std::int64_t{::getpid()})
        .key("command")
        .value(view.drain ? "drain" : "run");
    json.key("resting").value(view.resting);
    json.key("stopping").value(view.stopping).key("recovering").value(core.recovering);
    json.key("pending").begin_object();
    json.key("records").value(core.records).key("objects").value(core.objects);
    json.key("bytes").value(core.bytes).key("suspects").value(core.suspects);
    if (core.oldest) json.key("oldest").value(when(*core.oldest, now, wall));
    json.end_object();
    json.key("in_flight").value(core.in_flight).key("uncommitted").value(core.uncommitted);
    json.key("rate_limit").value(core.rate_limit).key("others").value(core.others);
    put_today(json, core);
    json.key("breaker").begin_object().key("state").value(name_of(core.breaker));
    if (core.failures > 0) {
        json.key("failures")
            .value(core.failures)
            .key("failing_since")
            .value(iso_time(core.failing_since));
        json.key("last_failure").value(core.last_failure);
        if (core.breaker == breaker_state::open)
            json.key("probe_at").value(when(core.breaker_probe_at, now, wall));
    }
    json.end_object();
    put_holds(json, core, now, wall);
    if (!view.credential_waits.empty()) json.key("credential_waits").value(view.credential_waits);
    put_parks(json, core.parks, now, wall);
    json.key("run").begin_object().key("requests").value(view.run.requests);
    json.key("inputs").value(view.sent.inputs).key("answered").value(view.sent.answered);
    json.key("answered_ms").value(view.sent.answered_ms);
    json.key("connections").value(view.connections);
    json.key("delivered").value(view.run.delivered).key("superseded").value(view.run.superseded);
    json.key("dead_lettered").value(view.run.dead_lettered).end_object();
    json.end_object();
    return json.text();
}

} // namespace hubspool
