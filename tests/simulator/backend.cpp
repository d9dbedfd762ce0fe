#include "simulator/backend.hpp"

#include "simulator/comparison.hpp"
#include "simulator/fault_answers.hpp"
#include "simulator/json_output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hubspool::simulator {

namespace {

std::string correlation_id(std::uint64_t number) {
    return fmt::format("5b9c1e4a-0000-4000-8000-{:012x}", number);
}

std::int64_t whole_milliseconds(arrival_time::duration since) {
    return std::chrono::duration_cast<milliseconds>(since).count();
}

bool carries_property(const update_request& request, std::string_view property) {
    for (const auto& input : request.inputs) {
        simdjson::dom::array entries;
        if (input.fields["customProperties"].get(entries) != simdjson::SUCCESS) continue;
        for (simdjson::dom::element entry : entries)
            if (entry["name"].get_string().value_unsafe() == property) return true;
    }
    return false;
}

// An answer of what lies between carries nothing of HubSpot's.
bool is_of_a_stranger(fault::reply kind) {
    return kind == fault::reply::html || kind == fault::reply::redirect ||
           kind == fault::reply::other_json;
}

} // namespace

backend::backend(behaviour settings, milliseconds window, std::uint64_t seed,
                 std::function<bool(int)> has_left)
    : settings_(std::move(settings)), has_left_(std::move(has_left)),
      started_(std::chrono::steady_clock::now()), faults_(seed), random_(seed),
      window_(settings_.limit, window) {
    use_faults();
}

void backend::use_faults() {
    auto rules = parse_faults(settings_.faults);
    if (rules) faults_.set(std::move(*rules));
}

void backend::connected() {
    const std::lock_guard lock(mutex_);
    ++seen_.connections;
}

void backend::arrive(exchange& request, std::string_view token, arrival_time now) {
    take_in(request, token, now);
    std::string problem = schema_problem(request); // half of an arrival's work, without the lock
    if (problem.empty()) return;
    const std::lock_guard lock(mutex_);
    if (seen_.schema_violations++ == 0) seen_.first_schema_violation = std::move(problem);
}

// In one go: what was under way when it came, and how many had come before, is what decides.
void backend::take_in(exchange& request, std::string_view token, arrival_time now) {
    const std::lock_guard lock(mutex_);
    request.number = ++numbers_;
    request.in_window = window_.arrive(now);
    ++today_;
    if (seen_.requests++ == 0) seen_.first_arrival_ms = whole_milliseconds(now - started_);
    seen_.last_arrival_ms = whole_milliseconds(now - started_);
    request.wait = milliseconds(settings_.latency_ms);
    if (settings_.jitter_ms > 0)
        request.wait += milliseconds(
            std::uniform_int_distribution<std::int64_t>(0, settings_.jitter_ms)(random_));
    if (const fault* what = faults_.at_the_door()) return use_fault(request, *what);
    request.decided = refused_at_the_door(request, token, now);
    if (!request.decided) request.decided = malformed(request);
    if (request.decided) return;
    take_objects(request);
    request.applied = true;
    if (const fault* what = faults_.next(request.body)) use_fault(request, *what);
}

std::string backend::schema_problem(const exchange& request) const {
    if (!schema_ || !request.request->document) return {};
    return schema_->problem_of(*request.request->document);
}

std::optional<reply_text> backend::refused_at_the_door(const exchange& request,
                                                       std::string_view token, arrival_time now) {
    const auto id = correlation_id(request.number);
    if (settings_.html_portal) return html_reply(200);
    if (auto refused = refused_token(token, id, now)) return refused;
    if (desk_.holder_of(token, now).portal != settings_.portal_id) {
        ++seen_.foreign_requests;
        return invalid_reply(id, "these events are not of this account");
    }
    if (settings_.forbidden) return forbidden_reply(id);
    if (settings_.daily != 0 && today_ + settings_.others_today > settings_.daily)
        return too_many_reply(id, true);
    if (settings_.enforce && settings_.limit != 0 &&
        request.in_window + settings_.others_in_window > settings_.limit)
        return too_many_reply(id, false);
    return std::nullopt;
}

std::optional<reply_text> backend::malformed(exchange& request) {
    const auto id = correlation_id(request.number);
    const auto& inputs = request.request->inputs;
    if (!request.request->problem.empty()) {
        if (seen_.bad_requests++ == 0) seen_.first_bad_request = request.request->problem;
        return invalid_reply(id, "Invalid input JSON: " + request.request->problem);
    }
    ++seen_.batches_of[inputs.size()];
    seen_.inputs += inputs.size();
    if (settings_.max_inputs != 0 && inputs.size() > settings_.max_inputs)
        return invalid_reply(id,
                             fmt::format("The maximum number of inputs supported in a batch is {}. "
                                         "Please reduce the number of items and try again",
                                         settings_.max_inputs));
    const auto doubled = name_objects(request);
    if (doubled.empty()) return std::nullopt;
    ++seen_.duplicate_id_batches;
    return duplicate_ids_reply(id, doubled);
}

// Fills `objects`, in the order of the inputs, and gives the ids that come more than once.
std::vector<std::string_view> backend::name_objects(exchange& request) {
    std::vector<std::string_view> doubled;
    for (const auto& input : request.request->inputs) portal_.expect(input.id);
    for (const auto& input : request.request->inputs) {
        auto& object = portal_.object(input.id);
        if (object.named_by == request.number) doubled.push_back(object.id);
        object.named_by = request.number;
        request.objects.push_back(&object);
    }
    return doubled;
}

// An object whose request was given up by its client is free for that client to send again.
void backend::take_objects(exchange& request) {
    request.under_way = true;
    for (auto* object : request.objects) {
        if (object->holder != -1 && !has_left_(object->holder)) ++seen_.overlaps;
        object->holder = request.connection;
    }
}

void backend::release(exchange& request) {
    if (!request.under_way) return;
    request.under_way = false;
    for (auto* object : request.objects)
        if (object->holder == request.connection) object->holder = -1;
}

void backend::use_fault(exchange& request, const fault& what) {
    request.kind = what.answer;
    request.late = what.late;
    request.applied = what.applied && !what.late;
    request.wait += what.stall;
    if (what.late) ++late_waiting_;
    request.decided = fault_reply(what, correlation_id(request.number), request.number);
}

bool backend::cuts_unread(bool update, std::string_view body, arrival_time now) {
    const std::lock_guard lock(mutex_);
    if (faults_.unread(body) == nullptr) return false;
    window_.arrive(now);
    ++seen_.cut;
    if (update) ++seen_.requests;
    return true;
}

bool backend::unknown(std::string_view id) const {
    return settings_.all_unknown ||
           (settings_.unknown_every != 0 && number_of(id) % settings_.unknown_every == 0);
}

bool backend::poison(std::string_view id) const {
    return settings_.bad400_every != 0 &&
           number_of(id) % settings_.bad400_every == 1 % settings_.bad400_every;
}

// Why HubSpot refuses the whole batch, if it does; nothing of it is applied then.
std::optional<reply_text> backend::poisoned(const exchange& request) const {
    const auto id = correlation_id(request.number);
    const auto& objects = request.objects;
    if (!settings_.refuse_property.empty() &&
        carries_property(*request.request, settings_.refuse_property))
        return unknown_property_reply(id, settings_.refuse_property);
    if (!settings_.status500_object.empty() &&
        std::any_of(objects.begin(), objects.end(), [&](const object_state* object) {
            return object->id == settings_.status500_object;
        }))
        return error_reply(id, 500, {});
    if (std::any_of(objects.begin(), objects.end(),
                    [&](const object_state* object) { return poison(object->id); }))
        return invalid_reply(id, "Property values were not valid");
    return std::nullopt;
}

void backend::apply_known(const exchange& request) {
    for (std::size_t i = 0; i < request.objects.size(); ++i) {
        if (unknown(request.objects[i]->id)) continue;
        portal_.apply(*request.objects[i], request.request->inputs[i].fields);
        ++seen_.applied_inputs;
    }
}

void backend::apply_late(const update_request& request) {
    const std::lock_guard lock(mutex_);
    --late_waiting_;
    exchange late;
    late.request = &request;
    late.number = ++numbers_;
    name_objects(late);
    if (poisoned(late)) return;
    apply_known(late);
    ++seen_.late_applied;
}

reply_text backend::answer(exchange& request, std::string& body) {
    const std::lock_guard lock(mutex_);
    release(request);
    if (request.applied) {
        auto refusal = poisoned(request);
        if (!refusal)
            apply_known(request);
        else if (request.kind == fault::reply::normal || request.kind == fault::reply::truncated)
            request.decided = std::move(refusal);
    }
    reply_text reply;
    if (request.kind == fault::reply::cut) {
        ++seen_.cut;
        return reply;
    }
    if (request.kind == fault::reply::truncated) ++seen_.cut;
    if (request.decided) {
        reply = std::move(*request.decided);
        body += reply.body;
        reply.body.clear();
    } else {
        reply.status = append_outcome(request, body);
    }
    ++seen_.by_status[reply.status];
    reply.headers += headers(request);
    return reply;
}

// `inputs` are answered last to first, so that nobody pairs results with inputs by their place.
int backend::append_outcome(const exchange& request, std::string& body) {
    append_envelope(body, request.kind == fault::reply::pending ? "PENDING" : "COMPLETE");
    if (request.kind == fault::reply::pending || request.kind == fault::reply::empty_results) {
        body += "]}";
        return 200;
    }
    std::string missing;
    bool first = true;
    for (auto each = request.objects.rbegin(); each != request.objects.rend(); ++each) {
        if (unknown((*each)->id)) {
            ++seen_.unknown_inputs;
            missing += missing.empty() ? "" : ",";
            append_string(missing, (*each)->id);
            continue;
        }
        if (!first) body += ',';
        first = false;
        append_result(body, **each, portal_.names(), clock_.iso());
    }
    body += ']';
    if (!missing.empty())
        body += R"(,"numErrors":1,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND",)"
                R"("message":"Could not get some MARKETING_EVENT objects, they may be deleted or )"
                R"(not exist. Check that ids are valid.","context":{"ids":[)" +
                missing + "]}}]";
    body += '}';
    return missing.empty() ? 200 : 207;
}

void backend::append_envelope(std::string& body, std::string_view status) {
    const auto& now = clock_.iso();
    body += R"({"status":")";
    body += status;
    body += R"(","startedAt":")" + now + R"(","completedAt":")" + now + R"(","results":[)";
}

std::string backend::headers(const exchange& request) {
    auto lines = fmt::format("Date: {}\r\n", clock_.date());
    if (is_of_a_stranger(request.kind)) return lines;
    lines += fmt::format("X-HubSpot-Correlation-Id: {}\r\n", correlation_id(request.number));
    if (!settings_.send_limit_headers) return lines;
    const auto left_of = [](std::uint64_t limit, std::uint64_t used) {
        return limit > used ? limit - used : 0;
    };
    if (settings_.limit != 0)
        lines +=
            fmt::format("X-HubSpot-RateLimit-Max: {}\r\nX-HubSpot-RateLimit-Remaining: {}\r\n"
                        "X-HubSpot-RateLimit-Interval-Milliseconds: {}\r\n",
                        settings_.limit,
                        left_of(settings_.limit, request.in_window + settings_.others_in_window),
                        window_.window().count());
    if (settings_.daily != 0)
        lines +=
            fmt::format("X-HubSpot-RateLimit-Daily: {}\r\n"
                        "X-HubSpot-RateLimit-Daily-Remaining: {}\r\n",
                        settings_.daily, left_of(settings_.daily, today_ + settings_.others_today));
    return lines;
}

result<void> backend::change(std::string_view json) {
    const std::lock_guard lock(mutex_);
    const auto faults = settings_.faults;
    auto changed = change_behaviour(settings_, json);
    window_.set_limit(settings_.limit);
    if (faults != settings_.faults) use_faults();
    return changed;
}

void backend::reset_counters() {
    const std::lock_guard lock(mutex_);
    seen_ = {};
    today_ = 0;
    window_.reset_counters();
    portal_.reset_regressions();
}

std::string backend::report() {
    const std::lock_guard lock(mutex_);
    seen_.token_requests = desk_.requests();
    seen_.token_grants = desk_.grants();
    return report_json(seen_, window_, portal_, late_waiting_);
}

std::string backend::objects_json() {
    const std::lock_guard lock(mutex_);
    std::string out = "{";
    portal_.for_each_existing([&](const object_state& object) {
        if (out.size() > 1) out += ',';
        append_string(out, object.id);
        out += ':';
        append_object(out, object, portal_.names());
    });
    return out + "}";
}

result<std::string> backend::compare_with(const std::string& expected_file) {
    const std::lock_guard lock(mutex_);
    return compare(portal_, expected_file,
                   [this](std::string_view id) { return unknown(id) || poison(id); });
}

} // namespace hubspool::simulator
