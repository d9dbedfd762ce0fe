// What making outcomes durable costs: items are batches of 100 delivered objects of ten records.
#include "core/books/batch_outcome.hpp"
#include "state/state_store.hpp"
#include "support/settled_fields.hpp"
#include "support/temp_dir.hpp"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

namespace hubspool {
namespace {

constexpr std::uint64_t objects_a_batch = 100;
constexpr std::uint64_t records_an_object = 10;

// Records of one object stand far apart in their file.
batch_outcome outcome_of(std::uint64_t batch) {
    batch_outcome outcome;
    outcome.batch = batch;
    outcome.inputs = outcome.delivered = objects_a_batch;
    outcome.http_status = 200;
    outcome.status = "COMPLETE";
    for (std::uint64_t i = 0; i < objects_a_batch; ++i) {
        const std::uint64_t object = batch * objects_a_batch + i;
        outcome.changes.add({std::to_string(1'000'000 + object), fate::delivered, false,
                             fields_named({"eventName", "eventDescription", "seats", "room"})});
        for (std::uint64_t j = 0; j < records_an_object; ++j)
            outcome.records.add({1, object + j * 100'000,
                                 j + 3 < records_an_object ? fate::superseded : fate::delivered});
    }
    return outcome;
}

void settlement_blob(benchmark::State& state) {
    const batch_outcome outcome = outcome_of(1);
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(encode_settlement(outcome).data());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(settlement_blob);

// With so many batches in one transaction.
void state_commit(benchmark::State& state) {
    const temp_dir directory;
    const auto store =
        state_store::open(directory.path().string(), state_store::access::read_write);
    if (!store) return state.SkipWithError(store.error().message.c_str());
    std::uint64_t batch = 0;
    for ([[maybe_unused]] auto _ : state) {
        commit_unit unit;
        for (std::int64_t i = 0; i < state.range(0); ++i)
            unit.outcomes.push_back(outcome_of(++batch));
        if (const auto done = (*store)->commit(unit); !done)
            state.SkipWithError(done.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(state_commit)->Arg(1)->Arg(16)->UseRealTime();

// One file of one record each, as many in one transaction.
void file_commit(benchmark::State& state) {
    const temp_dir directory;
    const auto store =
        state_store::open(directory.path().string(), state_store::access::read_write);
    if (!store) return state.SkipWithError(store.error().message.c_str());
    std::uint64_t number = 0;
    for ([[maybe_unused]] auto _ : state) {
        commit_unit unit;
        for (std::int64_t i = 0; i < state.range(0); ++i) {
            file_row row;
            row.number = ++number;
            row.name = "contacts-" + std::to_string(row.number) + ".ndjson";
            row.records_in = 1;
            row.counts.delivered = 1;
            row.settled = wall_time{};
            unit.files.push_back(std::move(row));
        }
        if (const auto done = (*store)->commit(unit); !done)
            state.SkipWithError(done.error().message.c_str());
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(file_commit)->Arg(100)->UseRealTime();

} // namespace
} // namespace hubspool
