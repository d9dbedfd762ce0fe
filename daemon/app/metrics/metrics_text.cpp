#include "app/metrics/metrics_text.hpp"

#include "app/metrics/metric_writer.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace hubspool {

namespace {

constexpr auto counter = metric_writer::kind::counter;
constexpr auto gauge = metric_writer::kind::gauge;
using many = std::vector<metric_writer::series>;

double number(std::uint64_t count) {
    return static_cast<double>(count);
}

double seconds(milliseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

double timestamp(wall_time at) {
    return seconds(at.time_since_epoch());
}

// A clock that was set back makes no negative time.
double seconds_between(wall_time from, wall_time to) {
    return std::max(0.0, seconds(to - from));
}

void put_settled(metric_writer& to, const totals& settled) {
    to.put(counter, "hubspool_records_settled_total", "Records that have a fate, durably or soon.",
           "fate",
           many{{"delivered", number(settled.delivered)},
                {"superseded", number(settled.superseded)},
                {"unchanged", number(settled.unchanged)},
                {"dead_lettered", number(settled.dead_lettered)}});
    to.put(counter, "hubspool_requests_total", "Requests that carried a batch.",
           number(settled.requests));
}

// Each reason always has a series, so that one that begins is seen to begin.
void put_parked(metric_writer& to, const std::vector<park_reason>& parked) {
    many all;
    for (std::size_t i = 0; i < park_reason_count; ++i) {
        const auto reason = static_cast<park_reason>(i);
        const bool is_parked = std::find(parked.begin(), parked.end(), reason) != parked.end();
        all.emplace_back(to_string(reason), is_parked ? 1 : 0);
    }
    to.put(gauge, "hubspool_parked", "1 while sending stands still for this reason.", "reason",
           all);
}

void put_pending(metric_writer& to, const daemon_status::pending_figures& pending, wall_time now) {
    to.put(gauge, "hubspool_pending_records", "Records that were read and are not settled.",
           number(pending.records));
    to.put(gauge, "hubspool_pending_objects", "Objects that have pending changes.",
           number(pending.objects));
    to.put(gauge, "hubspool_pending_bytes", "Memory that pending changes take.",
           number(pending.bytes));
    to.put(gauge, "hubspool_oldest_pending_seconds",
           "Since the oldest pending change was read by this process; 0: nothing is pending.",
           pending.oldest ? seconds_between(*pending.oldest, now) : 0);
}

void put_limits(metric_writer& to, const daemon_status& told, wall_time now) {
    if (told.rate_limit)
        to.put(gauge, "hubspool_rate_limit_requests",
               "Requests that may be sent in a window of the rate limit.",
               number(*told.rate_limit));
    if (told.rate_limit && *told.rate_limit > 0 && told.window) {
        const bool is_over = told.window->free_at && *told.window->free_at <= now;
        to.put(gauge, "hubspool_rate_limit_window_used_ratio",
               "Share of the window that requests of this process take.",
               is_over ? 0 : number(told.window->used) / number(*told.rate_limit));
    }
    // Behind its end nobody has counted yet.
    if (!told.today || told.today->ends <= now) return;
    many day{{"used", number(told.today->requests)}};
    if (told.today->allowed) day.emplace_back("allowed", number(*told.today->allowed));
    if (told.today->account_remaining)
        day.emplace_back("account_remaining", number(*told.today->account_remaining));
    to.put(gauge, "hubspool_daily_requests",
           "Of the account's day: used by hubspool, allowed to it, left to the account.", "kind",
           day);
}

void put_answers(metric_writer& to, const daemon_status::run_figures& run) {
    std::vector<metric_writer::bucket> buckets;
    for (std::size_t i = 0; i < run.sent.times.counts.size(); ++i) {
        const double bound = i < answer_times::bounds_ms.size()
                                 ? number(answer_times::bounds_ms[i]) / 1000
                                 : std::numeric_limits<double>::infinity();
        buckets.emplace_back(bound, number(run.sent.times.counts[i]));
    }
    to.put_histogram("hubspool_batch_duration_seconds",
                     "From the first byte of a request to the end of its answer.",
                     number(run.sent.answered_ms) / 1000, buckets);
    to.put(counter, "hubspool_error_answers_total",
           "Answers with a status of 400 or above, since the start.", number(run.sent.refused));
    if (run.last_delivery)
        to.put(gauge, "hubspool_last_delivery_timestamp_seconds",
               "When a change was delivered last, by this process.", timestamp(*run.last_delivery));
}

void put_daemon(metric_writer& to, const daemon_status& told, wall_time now) {
    put_pending(to, told.pending, now);
    to.put(gauge, "hubspool_unreachable", "1 while HubSpot cannot be reached.",
           told.is_unreachable() ? 1 : 0);
    to.put(gauge, "hubspool_recovering",
           "1 while what an earlier run had read is read again, before anything is sent.",
           told.recovering ? 1 : 0);
    to.put(gauge, "hubspool_in_flight_requests", "Requests without an answer yet.",
           number(told.in_flight));
    if (told.run.connections > 0)
        to.put(gauge, "hubspool_connections_max", "Connections that may carry batches.",
               number(told.run.connections));
    put_limits(to, told, now);
    put_answers(to, told.run);
}

void put_queue(metric_writer& to, const queue_figures& queue, wall_time now) {
    to.put(gauge, "hubspool_waiting_files", "Files in new/ and bulk/ that will be claimed.",
           number(queue.waiting_files));
    to.put(gauge, "hubspool_waiting_bytes", "Bytes of these files.", number(queue.waiting_bytes));
    to.put(gauge, "hubspool_unread_bytes",
           "Bytes of these files, and what is not read yet in cur/.", number(queue.unread_bytes));
    to.put(gauge, "hubspool_open_files", "Files in cur/.", number(queue.open_files));
    to.put(gauge, "hubspool_rejected_files", "Files in rejected/, until a person removes them.",
           number(queue.rejected_files));
    to.put(gauge, "hubspool_queue_free_bytes", "Free on the queue's file system.",
           number(queue.free_bytes));
    to.put(gauge, "hubspool_dead_letters", "Dead letters that are open.",
           number(queue.open_letters));
    if (queue.drained_at)
        to.put(gauge, "hubspool_drain_eta_seconds",
               "Until all that waits is sent, as it goes now. Left out while sending stands still.",
               seconds_between(now, *queue.drained_at));
}

void put_process(metric_writer& to, const process_figures& process) {
    to.put(counter, "process_cpu_seconds_total", "Processor time, of user and system.",
           process.cpu_seconds);
    to.put(gauge, "process_resident_memory_bytes", "Resident memory.",
           number(process.resident_bytes));
    to.put(gauge, "process_open_fds", "Open descriptors.", number(process.open_descriptors));
    to.put(gauge, "process_start_time_seconds", "When the process was started.",
           timestamp(process.started));
}

} // namespace

std::string metrics_text(const metric_facts& facts) {
    metric_writer to;
    to.put(gauge, "hubspool_build_info", "Always 1; which hubspool it is.", "version",
           many{{HUBSPOOL_VERSION, 1}});
    if (facts.settled) put_settled(to, *facts.settled);
    if (facts.parked) put_parked(to, *facts.parked);
    if (facts.told) put_daemon(to, *facts.told, facts.now);
    if (facts.queue) put_queue(to, *facts.queue, facts.now);
    if (facts.process) put_process(to, *facts.process);
    return to.text();
}

} // namespace hubspool
