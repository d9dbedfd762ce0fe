// What each step of a request's way costs, from the pending set to the verdicts on its answer:
// items are requests of 100 inputs.
#include "bench/bench_records.hpp"
#include "core/answers/response_mapper.hpp"
#include "core/limits/rate_limiter.hpp"
#include "core/sending/batch_json.hpp"
#include "core/sending/batch_planner.hpp"
#include "simulator/json_output.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {
namespace {

constexpr std::size_t inputs_a_request = 100;
constexpr boot_time start{milliseconds(1'000'000)};

pending_set& all_pending() {
    static pending_set& made = *[] {
        auto* const pending = new pending_set(1U << 18);
        decode_all([&](const decoded_block& block) { add_all(*pending, block); });
        return pending;
    }();
    return made;
}

void plan(benchmark::State& state) {
    pending_set& pending = all_pending();
    planner_mode mode;
    mode.flushing = true;
    std::int64_t requests = 0;
    for ([[maybe_unused]] auto _ : state) {
        batch_planner planner(pending, {});
        planner.raise_frontiers({end_of_file(1), end_of_file(1)}, start);
        pending.for_each(
            [&](object_index index, const pending_object&) { planner.place(index, start); });
        while (planner.due_at(start, mode) == start) {
            benchmark::DoNotOptimize(planner.take(start, mode).data());
            ++requests;
        }
    }
    state.SetItemsProcessed(requests);
}
BENCHMARK(plan);

std::string body_of(std::size_t first) {
    const auto object_at = [](std::size_t i) -> const pending_object& {
        return all_pending().at(static_cast<object_index>(i));
    };
    std::size_t bytes = body_begin.size() + body_end.size();
    for (std::size_t i = first; i < first + inputs_a_request; ++i) { // as the engine does it
        object_at(i).head().bring_near();
        bytes += input_bytes_max(object_at(i).id, object_at(i).head().fields);
    }
    std::string body;
    body.reserve(bytes);
    body.append(body_begin);
    for (std::size_t i = first; i < first + inputs_a_request; ++i) {
        const pending_object& object = object_at(i);
        if (i != first) body.push_back(',');
        append_input(body, object.id, object.head().fields);
    }
    return body.append(body_end);
}

void body_assembly(benchmark::State& state) {
    all_pending(); // its making is not to be timed
    std::size_t first = 0;
    std::int64_t bytes = 0;
    for ([[maybe_unused]] auto _ : state) {
        const std::string body = body_of(first);
        bytes += static_cast<std::int64_t>(body.size());
        benchmark::DoNotOptimize(body.data());
        first = (first + inputs_a_request) % (n_objects - inputs_a_request);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(bytes);
}
BENCHMARK(body_assembly);

// HubSpot's answer to it: each input as it came, some more fields, the last one first.
std::string answer_to(const std::string& body) {
    simdjson::dom::parser parser;
    const simdjson::dom::array inputs = parser.parse(body)["inputs"].get_array().value();
    std::string results;
    for (const simdjson::dom::element input : inputs) {
        std::string result;
        simulator::append_value(result, input);
        result.pop_back();
        result +=
            R"(,"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-02T00:00:00.000Z"})";
        results = results.empty() ? result : result + "," + results;
    }
    return R"({"status":"COMPLETE","startedAt":"2026-01-02T00:00:00.000Z",)"
           R"("completedAt":"2026-01-02T00:00:00.000Z","results":[)" +
           results + "]}";
}

void response_mapping(benchmark::State& state) {
    api_response response;
    response.end = exchange_end::answered;
    response.status = 200;
    response.content_type = "application/json;charset=utf-8";
    response.body = answer_to(body_of(0));
    std::vector<sent_input> inputs;
    for (std::size_t i = 0; i < inputs_a_request; ++i) {
        const pending_object& object = all_pending().at(static_cast<object_index>(i));
        inputs.push_back({object.id, &object.head().fields});
    }
    for ([[maybe_unused]] auto _ : state) {
        const response_verdict verdict = map_response(response, inputs, {}, start);
        if (verdict.inputs.back().fate != input_fate::delivered) state.SkipWithError("refused");
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(response.body.size()));
}
BENCHMARK(response_mapping);

// Under backlog, with answers after 100 ms.
void limiter(benchmark::State& state) {
    rate_limiter_options options;
    options.requests = 190;
    rate_limiter limits(options);
    boot_time now = start;
    for ([[maybe_unused]] auto _ : state) {
        now = limits.ready_at(now);
        benchmark::DoNotOptimize(limits.sent());
        benchmark::DoNotOptimize(
            limits.answered(exchange_kind::batch, now, now + milliseconds(100)));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(limiter);

} // namespace
} // namespace hubspool
