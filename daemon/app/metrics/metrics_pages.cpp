#include "app/metrics/metrics_pages.hpp"

#include "app/metrics/health_findings.hpp"
#include "app/metrics/metrics_text.hpp"
#include "app/metrics/own_process.hpp"
#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "config/units.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// How long an answer of a thread is waited for, so that who asks once is told at once.
constexpr milliseconds answer_patience = 500ms, answer_looked_for_every = 10ms;

void put_reasons(json_writer& json, const std::vector<health_finding>& found) {
    json.key("reasons").begin_array();
    for (const health_finding& one : found)
        json.begin_object().key("code").value(one.code).key("words").value(one.words).end_object();
    json.end_array();
}

totals sum_of(const totals& before, const daemon_status::run_figures& run) {
    totals all = before;
    all.delivered += run.delivered;
    all.superseded += run.superseded;
    all.unchanged += run.unchanged;
    all.dead_lettered += run.dead_lettered;
    all.requests += run.requests;
    return all;
}

} // namespace

void metrics_pages::watch(std::string name, thread_asker ask) {
    pulses_.emplace_back(own_, std::move(name), std::move(ask));
}

asio::awaitable<page> metrics_pages::make(page_request asked) {
    if (asked.path == "/metrics") co_return metrics();
    if (asked.path == "/healthz") co_return co_await health();
    if (asked.path == "/readyz") co_return ready();
    co_return page{404, "text/plain; charset=utf-8", "there is /metrics, /healthz and /readyz\n"};
}

page metrics_pages::metrics() {
    metric_facts facts;
    facts.now = wall_now();
    facts.told = told_;
    if (told_) {
        facts.parked.emplace();
        for (const daemon_status::park& park : told_->parks) facts.parked->push_back(park.reason);
    }
    if (before_) facts.settled = told_ ? sum_of(*before_, told_->run) : *before_;
    facts.queue = survey_.figures();
    facts.process = look_at_own_process();
    return {200, std::string(metrics_content_type), metrics_text(facts)};
}

page metrics_pages::ready() const {
    std::vector<health_finding> found;
    if (!told_)
        found.push_back({"starting", "it starts: nothing is sent yet"});
    else
        found = find_trouble(*told_, {{}, options_.ready_age_max}, wall_now());
    if (stopping_ && !(told_ && told_->stopping))
        found.push_back({"stopping", "it ends: nothing more is sent"});
    json_writer json;
    json.begin_object().key("ready").value(found.empty());
    put_reasons(json, found);
    json.end_object();
    return json_page(found.empty() ? 200 : 503, json);
}

asio::awaitable<page> metrics_pages::health() {
    for (thread_pulse& one : pulses_) one.ask(boot_now());
    const boot_time until = boot_now() + answer_patience;
    asio::steady_timer timer(own_);
    const auto has_answered = [](const thread_pulse& one) { return one.has_answered(); };
    while (boot_now() < until && !std::all_of(pulses_.begin(), pulses_.end(), has_answered)) {
        timer.expires_after(answer_looked_for_every);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    std::vector<health_finding> found;
    json_writer threads;
    threads.begin_object();
    for (const thread_pulse& one : pulses_) {
        const milliseconds silent = one.silent(boot_now());
        threads.key(one.name()).begin_object().key("silent_ms").value(silent.count()).end_object();
        // At the end they wait for each other.
        if (silent > stuck_after && !stopping_)
            found.push_back({"stuck", fmt::format("the {} thread has not moved for {}", one.name(),
                                                  duration_text(silent))});
    }
    threads.end_object();
    json_writer json;
    json.begin_object().key("healthy").value(found.empty());
    put_reasons(json, found);
    json.key("threads").object(threads.text());
    json.end_object();
    co_return json_page(found.empty() ? 200 : 503, json);
}

} // namespace hubspool
