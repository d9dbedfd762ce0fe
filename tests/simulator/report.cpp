#include "simulator/report.hpp"

#include "simulator/json_output.hpp"

#include <fmt/format.h>

namespace hubspool::simulator {

namespace {

class json_object {
public:
    explicit json_object(std::string& out) : out_(out) { out_ += '{'; }
    ~json_object() { out_ += '}'; }
    json_object(const json_object&) = delete;
    json_object& operator=(const json_object&) = delete;

    std::string& key(std::string_view name) {
        if (!first_) out_ += ',';
        first_ = false;
        append_string(out_, name);
        out_ += ':';
        return out_;
    }
    template <class Integer>
    void number(std::string_view name, Integer value) {
        key(name) += std::to_string(value);
    }
    void text(std::string_view name, std::string_view value) { append_string(key(name), value); }

private:
    std::string& out_;
    bool first_ = true;
};

template <class Map>
void append_counts(json_object& report, std::string_view name, const Map& map) {
    json_object counts(report.key(name));
    for (const auto& [key, count] : map) counts.number(std::to_string(key), count);
}

void append_regressions(std::string& out, const std::vector<regression>& regressions) {
    out += '[';
    for (const auto& each : regressions) {
        if (out.back() == '}') out += ',';
        json_object entry(out);
        entry.text("object", each.object);
        entry.text("field", each.field);
        entry.key("old") += each.old_value;
        entry.key("new") += each.new_value;
    }
    out += ']';
}

} // namespace

std::string report_json(const counters& seen, const rate_window& window, const portal& objects,
                        std::uint64_t late_waiting) {
    std::string out;
    {
        json_object report(out);
        report.number("requests", seen.requests);
        append_counts(report, "by_status", seen.by_status);
        report.number("inputs", seen.inputs);
        report.number("applied_inputs", seen.applied_inputs);
        report.number("unknown_inputs", seen.unknown_inputs);
        append_counts(report, "batches_of", seen.batches_of);
        report.number("distinct_objects", objects.existing());
        report.number("limit", window.limit());
        report.number("window_ms", window.window().count());
        report.number("max_in_window", window.max_in_window());
        report.number("window_violations", window.violations());
        report.number("first_arrival_ms", seen.first_arrival_ms);
        report.number("last_arrival_ms", seen.last_arrival_ms);
        report.number("regressions", objects.regressions());
        append_regressions(report.key("first_regressions"), objects.first_regressions());
        report.number("overlaps", seen.overlaps);
        report.number("duplicate_id_batches", seen.duplicate_id_batches);
        report.number("bad_requests", seen.bad_requests);
        report.text("first_bad_request", seen.first_bad_request);
        report.number("schema_violations", seen.schema_violations);
        report.text("first_schema_violation", seen.first_schema_violation);
        report.number("unauthorized", seen.unauthorized);
        report.number("foreign_requests", seen.foreign_requests);
        report.number("event_requests", seen.event_requests);
        report.number("account_requests", seen.account_requests);
        report.number("token_requests", seen.token_requests);
        report.number("token_grants", seen.token_grants);
        report.number("connections", seen.connections);
        report.number("cut", seen.cut);
        report.number("late_applied", seen.late_applied);
        report.number("late_waiting", late_waiting);
    }
    return out;
}

} // namespace hubspool::simulator
