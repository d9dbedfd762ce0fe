#include "app/options.hpp"

#include "app/zone_time.hpp"
#include "os/boot_marks.hpp"

namespace hubspool {

engine_options make_engine_options(const settings& from,
                                   const std::optional<drain_options>& drain) {
    engine_options to;
    to.planner.inputs_max = from.batch.max_inputs;
    to.planner.body_bytes_max = from.batch.max_bytes;
    to.planner.linger = from.batch.linger;
    to.planner.bulk_share_min = from.lanes.bulk_min_share;
    to.limiter.requests = from.rate_limit.requests;
    to.limiter.share = from.rate_limit.share;
    to.limiter.window = from.rate_limit.window;
    to.limiter.margin = from.rate_limit.jitter_margin;
    to.daily.requests = from.rate_limit.daily;
    to.daily.reserve = from.rate_limit.daily_reserve;
    to.breaker.failures = from.retry.breaker_failures;
    to.breaker.initial = from.retry.initial;
    to.breaker.probe_max = from.retry.breaker_probe_max;
    to.breaker.connections = from.api.connections;
    to.brake.count = from.brake.count;
    to.brake.share = from.brake.share;
    to.mapper.window = from.rate_limit.window;
    to.mapper.look_at_echo = from.api.verify_echo != echo_check::off;
    to.mapper.echo_is_required = from.api.verify_echo == echo_check::dead_letter;
    to.pending_bytes_max = from.pending.max_bytes;
    to.retry_initial = from.retry.initial;
    to.retry_max = from.retry.max;
    to.attempts_max = from.retry.max_attempts;
    to.late = from.api.late;
    to.portal_id = from.api.portal_id;
    to.notes_values = from.records.skip_unchanged;
    to.skips_unchanged = from.records.skip_unchanged;
    to.unchanged_max_age = from.records.unchanged_max_age;
    to.mapper.oauth = from.api.oauth.is_set();
    to.drain = drain.has_value();
    if (drain) to.requests_max = drain->requests_max;
    return to;
}

sending_options make_sending_options(const settings& from) {
    sending_options to;
    to.directory = from.state.directory;
    to.boot = boot_marks_now();
    to.late = from.api.late;
    to.request_timeout = from.api.request_timeout;
    to.window = from.rate_limit.window;
    to.margin = from.rate_limit.jitter_margin;
    return to;
}

api_options make_api_options(const settings& from) {
    api_options to;
    to.url = from.api.url;
    to.ca_file = from.api.ca_file;
    to.tls_min = from.api.tls_min;
    to.client_certificate_file = from.api.client_cert_file;
    to.client_key_file = from.api.client_key_file;
    to.proxy = from.api.proxy;
    to.proxy_credentials_file = from.api.proxy_credentials_file;
    to.no_proxy = from.api.no_proxy;
    to.connect_timeout = from.api.connect_timeout;
    to.request_timeout = from.api.request_timeout;
    return to;
}

unpack_limits make_unpack_limits(const settings& from) {
    unpack_limits to;
    to.text_bytes_max = from.queue.max_unpacked_bytes;
    to.ratio_max = from.queue.max_unpacked_ratio;
    return to;
}

csv_options make_csv_options(const settings& from) {
    csv_options to = from.csv;
    to.utc_of_local = utc_of_local(to.time_zone);
    return to;
}

file_reader_options make_reader_options(const settings& from) {
    file_reader_options to;
    to.record_bytes_max = from.queue.max_record_bytes;
    to.quiet_period = from.queue.quiet_period;
    to.unpack = make_unpack_limits(from);
    to.csv = make_csv_options(from);
    to.decode = {from.records.refuse_unknown_fields, from.records.name_value_only};
    return to;
}

intake_options make_intake_options(const settings& from,
                                   const std::optional<drain_options>& drain) {
    intake_options to;
    to.scan_interval = from.queue.scan_interval;
    to.quiet_period = from.queue.quiet_period;
    to.record_bytes_max = from.queue.max_record_bytes;
    to.drain = drain.has_value();
    if (drain) to.only = drain->only;
    return to;
}

} // namespace hubspool
