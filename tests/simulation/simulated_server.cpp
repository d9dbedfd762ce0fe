#include "simulation/simulated_server.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool::simulation {

namespace {

api_response answered(int status, std::string body) {
    api_response r;
    r.end = exchange_end::answered;
    r.status = status;
    r.content_type = "application/json";
    r.body = std::move(body);
    return r;
}

api_response page(int status, std::string body) {
    api_response r = answered(status, std::move(body));
    r.content_type = "text/html";
    return r;
}

// What a record may cause as well as an outage or a wrong set-up. Nothing is applied.
api_response in_doubt(std::size_t kind) {
    api_response cut;
    cut.end = exchange_end::unanswered;
    cut.error = "cut after the request";
    const api_response kinds[kinds_of_doubt] = {
        page(403, "<title>Blocked</title>"),
        page(302, ""),
        page(406, "<h1>Not Acceptable</h1>"),
        page(503, "<h1>Busy</h1>"),
        page(200, "<html>Welcome to the hotel</html>"),
        page(404, "<h1>Not Found</h1>"),
        answered(400, R"({"error":"Bad Request"})"),
        answered(200, R"({"status":"COMPLETE","results":[]})"),
        cut,
    };
    return kinds[kind];
}

} // namespace

milliseconds simulated_server::up_to(milliseconds most) {
    return milliseconds(static_cast<std::int64_t>(chance() * static_cast<double>(most.count())));
}

void simulated_server::count(boot_time arrival) {
    arrivals_.insert(arrival);
    // Every window that holds this arrival begins at one of the arrivals of the window before it.
    for (auto from = arrivals_.lower_bound(arrival - options_.window + milliseconds(1));
         from != arrivals_.end() && *from <= arrival; ++from) {
        const auto in_window = std::distance(from, arrivals_.lower_bound(*from + options_.window));
        if (in_window > options_.limit)
            breach_ = fmt::format("{} requests in the window from {} ms, {} are allowed", in_window,
                                  from->time_since_epoch().count(), options_.limit);
    }
    while (!arrivals_.empty() && *arrivals_.begin() < arrival - 3 * options_.window)
        arrivals_.erase(arrivals_.begin());
}

exchange_plan simulated_server::receive(const object_values& inputs, boot_time now, bool faults) {
    const milliseconds there = options_.latency / 2 + up_to(options_.jitter / 2);
    const milliseconds back = options_.latency / 2 + up_to(options_.jitter / 2);
    count(now + there);
    exchange_plan plan;
    bool writes = false;
    if (const auto kind = doubt_of(inputs, now))
        plan.answer = in_doubt(*kind);
    else
        plan.answer = answer_normally(inputs, writes);
    if (writes) plan.applied_at = now + there;
    plan.answered_at = now + there + back;
    if (faults && chance() < options_.fault_share) fault(plan, now);
    return plan;
}

void simulated_server::fault(exchange_plan& plan, boot_time now) {
    const auto unanswered = [&](exchange_end end) {
        plan.answer = {};
        plan.answer.end = end;
        plan.answer.error = "simulated";
        // It may reach the portal at once, late, or never.
        if (plan.applied_at && chance() < 0.5) plan.applied_at = now + up_to(options_.late);
        if (chance() < 0.4) plan.applied_at.reset();
    };
    switch (options_.only_html ? 5 : static_cast<int>(chance() * 9)) {
    case 0: unanswered(exchange_end::unanswered); break;
    case 1: unanswered(exchange_end::stale); break;
    case 2:
        unanswered(exchange_end::unanswered);
        plan.answer = answered(502, "<html>Bad gateway</html>");
        break;
    case 3:
        unanswered(exchange_end::unanswered);
        plan.answer = answered(200, R"({"status":"PENDING","results":[]})");
        break;
    case 4:
        plan.applied_at.reset();
        plan.answer = answered(200, R"({"status":"COMPLETE","results":[]})");
        break;
    case 5:
        plan.applied_at.reset();
        plan.answer = answered(200, "<html>Welcome to the hotel</html>");
        break;
    case 6:
        plan.applied_at.reset();
        plan.answer = answered(429, R"({"policyName":"SECONDLY","errorType":"RATE_LIMIT"})");
        break;
    case 7:
        plan.applied_at.reset();
        plan.answer = answered(401, R"({"category":"EXPIRED_AUTHENTICATION","message":"expired"})");
        break;
    default:
        plan.applied_at.reset();
        plan.answer = answered(423, R"({"message":"locked"})");
        break;
    }
}

std::optional<std::size_t> simulated_server::doubt_of(const object_values& inputs,
                                                      boot_time now) const {
    const auto& all = options_.all_doubted;
    if (all && now >= all->from && now < all->until) return all->kind;
    for (const auto& [id, values] : inputs)
        if (const auto found = options_.doubted.find(id); found != options_.doubted.end())
            return found->second;
    return std::nullopt;
}

api_response simulated_server::answer_normally(const object_values& inputs, bool& writes) {
    for (const auto& [id, values] : inputs) {
        if (options_.deadly.contains(id)) return answered(500, "oops");
        const bool refused = std::ranges::any_of(values, [&](const auto& value) {
            return options_.refused_each != 0 && value.second % options_.refused_each == 0;
        });
        if (refused || options_.poison.contains(id))
            return answered(
                400,
                R"({"category":"VALIDATION_ERROR","message":"Property values were not valid"})");
    }
    writes = true;
    std::string results;
    std::string missing;
    for (const auto& [id, values] : inputs) {
        if (options_.all_unknown || options_.unknown.contains(id)) {
            missing += (missing.empty() ? "\"" : ",\"") + id + '"';
        } else {
            results += (results.empty() ? "{\"objectId\":\"" : ",{\"objectId\":\"") + id + "\"}";
        }
    }
    if (missing.empty())
        return answered(200, R"({"status":"COMPLETE","results":[)" + results + "]}");
    return answered(
        207, R"({"status":"COMPLETE","results":[)" + results +
                 R"(],"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND","message":"gone",)" +
                 R"("context":{"ids":[)" + missing + "]}}]}");
}

void simulated_server::apply(const object_values& inputs) {
    for (const auto& [id, values] : inputs) {
        if (options_.all_unknown || options_.unknown.contains(id)) continue;
        for (const auto& [name, value] : values) stored_[id][name] = value;
    }
}

} // namespace hubspool::simulation
