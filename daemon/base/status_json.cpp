#include "base/status_json.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "core/json/json_lookup.hpp"

#include <fmt/core.h>

#include <array>
#include <utility>

namespace hubspool {

namespace {

constexpr std::array breaker_names{
    std::pair(breaker_state::closed, std::string_view("closed")),
    std::pair(breaker_state::doubtful, std::string_view("doubtful")),
    std::pair(breaker_state::open, std::string_view("open")),
    std::pair(breaker_state::probing, std::string_view("probing")),
};

// A key that is there only when its value is.
template <class Value>
void put_if(json_writer& json, std::string_view key, const std::optional<Value>& value) {
    if (value) json.key(key).value(*value);
}

void put_if(json_writer& json, std::string_view key, const std::optional<wall_time>& at) {
    put_if(json, key, iso_time(at));
}

void put_pending(json_writer& json, const daemon_status::pending_figures& pending) {
    json.key("pending").begin_object();
    json.key("records").value(pending.records).key("objects").value(pending.objects);
    json.key("bytes").value(pending.bytes).key("suspects").value(pending.suspects);
    // Without a value no key: a reader must not take a 0 for a time.
    put_if(json, "oldest", pending.oldest);
    json.end_object();
}

void put_today(json_writer& json, const daemon_status::day_figures& today) {
    json.key("today").begin_object().key("requests").value(today.requests);
    put_if(json, "allowed", today.allowed);
    put_if(json, "account_remaining", today.account_remaining);
    // Twice: for people, and as a number for programs.
    json.key("ends").value(iso_time(today.ends));
    json.key("ends_ms").value(today.ends.time_since_epoch().count()).end_object();
}

void put_window(json_writer& json, const daemon_status::window_figures& window) {
    json.key("window").begin_object().key("used").value(window.used);
    put_if(json, "free_at", window.free_at);
    json.end_object();
}

void put_breaker(json_writer& json, const daemon_status& told) {
    json.key("breaker").begin_object();
    // By name, since numbers of an enumeration change between versions.
    for (const auto& [state, name] : breaker_names)
        if (told.breaker == state) json.key("state").value(name);
    // Failures only while there are some; what was before tells nothing any more.
    if (told.failing) {
        json.key("failures").value(told.failing->failures);
        json.key("failing_since").value(iso_time(told.failing->since));
        json.key("last_failure").value(told.failing->last_failure);
        put_if(json, "probe_at", told.failing->probe_at);
    }
    json.end_object();
}

void put_holds(json_writer& json, const std::vector<daemon_status::hold>& holds) {
    json.key("holds").begin_array();
    for (const daemon_status::hold& hold : holds) {
        json.begin_object().key("kind").value(hold.kind).key("reason").value(hold.reason);
        put_if(json, "until", hold.until);
        json.end_object();
    }
    json.end_array();
}

void put_parks(json_writer& json, const std::vector<daemon_status::park>& parks) {
    json.key("parks").begin_array();
    for (const daemon_status::park& park : parks) {
        json.begin_object().key("reason").value(to_string(park.reason));
        json.key("since").value(iso_time(park.since)).key("words").value(park.words);
        put_if(json, "probe_at", park.probe_at);
        json.end_object();
    }
    json.end_array();
}

void put_run(json_writer& json, const daemon_status::run_figures& run) {
    json.key("run").begin_object().key("requests").value(run.requests);
    json.key("inputs").value(run.sent.inputs).key("answered").value(run.sent.answered);
    json.key("answered_ms").value(run.sent.answered_ms);
    json.key("refused").value(run.sent.refused).key("answer_times").begin_array();
    for (const std::uint64_t count : run.sent.times.counts) json.value(count);
    json.end_array();
    put_if(json, "last_delivery", run.last_delivery);
    json.key("connections").value(run.connections);
    json.key("delivered").value(run.delivered).key("superseded").value(run.superseded);
    json.key("dead_lettered").value(run.dead_lettered);
    json.key("overtaken").value(run.overtaken).key("unchanged").value(run.unchanged).end_object();
}

// Reading. What is not there, or not of the type, leaves `to` as it is.
void read(const json_lookup& json, std::string_view at, std::string& to) {
    if (auto text = json.text(at)) to = std::move(*text);
}

void read(const json_lookup& json, std::string_view at, bool& to) {
    to = json.is_true(at);
}

void read(const json_lookup& json, std::string_view at, wall_time& to) {
    if (const auto text = json.text(at)) to = parse_iso_time(*text).value_or(to);
}

void read(const json_lookup& json, std::string_view at, std::uint64_t& to) {
    to = json.number(at).value_or(to);
}

void read(const json_lookup& json, std::string_view at, std::int64_t& to) {
    const auto number = json.number(at);
    if (number && std::in_range<std::int64_t>(*number)) to = static_cast<std::int64_t>(*number);
}

void read(const json_lookup& json, std::string_view at, std::optional<std::uint64_t>& to) {
    to = json.number(at);
}

void read(const json_lookup& json, std::string_view at, std::optional<wall_time>& to) {
    if (const auto text = json.text(at)) to = parse_iso_time(*text);
}

void read_pending(const json_lookup& json, daemon_status::pending_figures& pending) {
    read(json, "/pending/records", pending.records);
    read(json, "/pending/objects", pending.objects);
    read(json, "/pending/bytes", pending.bytes);
    read(json, "/pending/suspects", pending.suspects);
    read(json, "/pending/oldest", pending.oldest);
}

void read_window(const json_lookup& json, std::optional<daemon_status::window_figures>& window) {
    const auto used = json.number("/window/used");
    if (!used) return;
    window = daemon_status::window_figures{*used, {}};
    read(json, "/window/free_at", window->free_at);
}

void read_today(const json_lookup& json, std::optional<daemon_status::day_figures>& today) {
    const auto requests = json.number("/today/requests");
    // Of a daemon that counts no day nothing is told of one.
    if (!requests) return;
    today = daemon_status::day_figures{};
    today->requests = *requests;
    read(json, "/today/allowed", today->allowed);
    read(json, "/today/account_remaining", today->account_remaining);
    read(json, "/today/ends", today->ends);
}

void read_breaker(const json_lookup& json, daemon_status& told) {
    const auto state = json.text("/breaker/state");
    for (const auto& [known, name] : breaker_names)
        if (state == name) told.breaker = known;
    std::optional<wall_time> since;
    read(json, "/breaker/failing_since", since);
    // `failing_since` says whether there are failures at all.
    if (!since) return;
    told.failing = daemon_status::failing_state{};
    told.failing->since = *since;
    read(json, "/breaker/failures", told.failing->failures);
    read(json, "/breaker/last_failure", told.failing->last_failure);
    read(json, "/breaker/probe_at", told.failing->probe_at);
}

void read_holds(const json_lookup& json, std::vector<daemon_status::hold>& holds) {
    for (std::size_t i = 0; i < json.elements("/holds"); ++i) {
        const std::string at = fmt::format("/holds/{}/", i);
        daemon_status::hold hold;
        read(json, at + "kind", hold.kind);
        read(json, at + "reason", hold.reason);
        read(json, at + "until", hold.until);
        holds.push_back(std::move(hold));
    }
}

void read_parks(const json_lookup& json, std::vector<daemon_status::park>& parks) {
    for (std::size_t i = 0; i < json.elements("/parks"); ++i) {
        const std::string at = fmt::format("/parks/{}/", i);
        const auto reason = park_reason_named(json.text(at + "reason").value_or(""));
        if (!reason) continue; // another version's
        daemon_status::park park{*reason, {}, {}, {}};
        read(json, at + "since", park.since);
        read(json, at + "words", park.words);
        read(json, at + "probe_at", park.probe_at);
        parks.push_back(std::move(park));
    }
}

void read_run(const json_lookup& json, daemon_status::run_figures& run) {
    read(json, "/run/requests", run.requests);
    read(json, "/run/inputs", run.sent.inputs);
    read(json, "/run/answered", run.sent.answered);
    read(json, "/run/answered_ms", run.sent.answered_ms);
    read(json, "/run/refused", run.sent.refused);
    auto& times = run.sent.times.counts;
    for (std::size_t i = 0; i < times.size(); ++i)
        read(json, fmt::format("/run/answer_times/{}", i), times[i]);
    read(json, "/run/last_delivery", run.last_delivery);
    read(json, "/run/connections", run.connections);
    read(json, "/run/delivered", run.delivered);
    read(json, "/run/superseded", run.superseded);
    read(json, "/run/dead_lettered", run.dead_lettered);
    read(json, "/run/overtaken", run.overtaken);
    read(json, "/run/unchanged", run.unchanged);
}

} // namespace

std::string status_json(const daemon_status& told) {
    json_writer json;
    json.begin_object().key("pid").value(told.pid).key("command").value(told.command);
    json.key("resting").value(told.resting).key("stopping").value(told.stopping);
    json.key("recovering").value(told.recovering);
    put_pending(json, told.pending);
    json.key("in_flight").value(told.in_flight).key("uncommitted").value(told.uncommitted);
    put_if(json, "rate_limit", told.rate_limit);
    json.key("others").value(told.others);
    if (told.window) put_window(json, *told.window);
    if (told.today) put_today(json, *told.today);
    put_breaker(json, told);
    put_holds(json, told.holds);
    if (!told.credential_waits.empty()) json.key("credential_waits").value(told.credential_waits);
    put_parks(json, told.parks);
    put_run(json, told.run);
    json.end_object();
    return json.text();
}

std::optional<daemon_status> parse_status_json(std::string_view text) {
    // Parsed once; each read() below is a look-up.
    const json_lookup json(text);
    if (!json.is_object()) return std::nullopt;
    daemon_status told;
    read(json, "/pid", told.pid);
    read(json, "/command", told.command);
    read(json, "/resting", told.resting);
    read(json, "/stopping", told.stopping);
    read(json, "/recovering", told.recovering);
    read_pending(json, told.pending);
    read(json, "/in_flight", told.in_flight);
    read(json, "/uncommitted", told.uncommitted);
    read(json, "/rate_limit", told.rate_limit);
    read(json, "/others", told.others);
    read_window(json, told.window);
    read_today(json, told.today);
    read_breaker(json, told);
    read_holds(json, told.holds);
    read(json, "/credential_waits", told.credential_waits);
    read_parks(json, told.parks);
    read_run(json, told.run);
    return told;
}

} // namespace hubspool
