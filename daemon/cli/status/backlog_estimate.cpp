#include "cli/status/backlog_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace hubspool {

namespace {

constexpr std::uint64_t auto_requests = 100; // before the first answer told the limit
// A run tells something of batches and merging from so many requests and records on.
constexpr std::uint64_t requests_that_tell = 10;
constexpr std::uint64_t records_that_tell = 1000;

std::uint64_t configured_limit(const settings& options) {
    // auto: the lowest limit of HubSpot's, until a header tells.
    const double share = static_cast<double>(auto_requests) * options.rate_limit.share;
    return options.rate_limit.requests.value_or(static_cast<std::uint32_t>(share));
}

// Several records of one object make one input: as many as in this run.
double inputs_a_record(const daemon_status::run_figures& run) {
    // A run that settled little tells nothing yet.
    if (run.sent.inputs == 0 || run.settled() < records_that_tell) return 1.0;
    return std::min(1.0, static_cast<double>(run.sent.inputs) / static_cast<double>(run.settled()));
}

} // namespace

send_pace pace_of(const settings& options, const daemon_status& told, wall_time now) {
    const daemon_status::run_figures& run = told.run;
    send_pace pace;
    pace.window = options.rate_limit.window;
    pace.connections = run.connections > 0 ? run.connections : options.api.connections;
    // At least one, since it divides.
    pace.limit =
        std::max<std::uint64_t>(1, told.rate_limit ? *told.rate_limit : configured_limit(options));
    // Too few to tell: full batches are assumed.
    pace.inputs_a_request =
        run.requests < requests_that_tell
            ? static_cast<double>(options.batch.max_inputs)
            : static_cast<double>(run.sent.inputs) / static_cast<double>(run.requests);
    if (run.sent.answered > 0)
        pace.an_answer = milliseconds(run.sent.answered_ms / run.sent.answered);
    // Without a daily limit there are no days to wait for.
    if (told.today && told.today->allowed) {
        const std::uint64_t allowed = *told.today->allowed;
        pace.today = {allowed - std::min(allowed, told.today->requests), allowed,
                      std::max(milliseconds(0), told.today->ends - now)};
    }
    return pace;
}

milliseconds time_to_send_all(const settings& options, const daemon_status& told,
                              std::uint64_t unread_records, wall_time now) {
    const double unread = static_cast<double>(unread_records) * inputs_a_record(told.run);
    return time_to_send(told.pending.objects + static_cast<std::uint64_t>(std::ceil(unread)),
                        pace_of(options, told, now));
}

milliseconds time_to_send(std::uint64_t inputs, const send_pace& pace) {
    if (inputs == 0) return milliseconds(0);
    // Whichever is slower sets the pace: the limit, or the answers over all connections.
    const double a_request =
        std::max(static_cast<double>(pace.window.count()) / static_cast<double>(pace.limit),
                 static_cast<double>(pace.an_answer.count()) /
                     static_cast<double>(std::max<std::uint64_t>(1, pace.connections)));
    const double requests =
        std::ceil(static_cast<double>(inputs) / std::max(1.0, pace.inputs_a_request));
    const auto sending = [&](double count) {
        return milliseconds(static_cast<std::int64_t>(std::ceil(count * a_request)));
    };
    // It fits in today's rest.
    if (!pace.today || requests <= static_cast<double>(pace.today->left)) return sending(requests);

    // The rest waits for the days that follow, each with its budget.
    const auto a_day = static_cast<double>(std::max<std::uint64_t>(1, pace.today->allowed));
    // After the reset a full day's budget goes each day; the last day is not used up.
    const double later = requests - static_cast<double>(pace.today->left);
    const double whole_days = std::ceil(later / a_day) - 1;
    const milliseconds days(static_cast<std::int64_t>(whole_days * 24 * 3600 * 1000));
    return pace.today->ends_in + days + sending(later - whole_days * a_day);
}

} // namespace hubspool
