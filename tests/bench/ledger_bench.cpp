// What the ledger costs: items are objects that HubSpot acknowledged, ten times as many as there
// are objects, some much more often than others, each with some of eight fields.
#include "core/books/batch_outcome.hpp"
#include "state/ledger/ledger.hpp"
#include "state/state_store.hpp"
#include "support/temp_dir.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>

namespace hubspool {
namespace {

constexpr std::uint64_t inputs_a_batch = 100, batches_a_commit = 64, acknowledged_an_object = 10;

double processor_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// A history of so many acknowledgements.
class acknowledged_history {
public:
    explicit acknowledged_history(std::uint64_t acknowledged) : acknowledged_(acknowledged) {
        auto store = state_store::open(where(), state_store::access::read_write);
        if (!store || !(*store)->begin_run(1, "bench")) std::abort();
        for (std::uint64_t done = 0; done < acknowledged;) {
            commit_unit unit;
            for (std::uint64_t i = 0; i < batches_a_commit && done < acknowledged; ++i) {
                unit.outcomes.push_back(next_batch(done));
                done += inputs_a_batch;
            }
            if (!(*store)->commit(unit)) std::abort();
        }
    }
    std::string where() const { return directory_.path().string(); }
    std::uint64_t objects() const { return acknowledged_ / acknowledged_an_object; }
    std::string object() {
        const double share = std::pow(uniform_(random_), 2);
        return std::to_string(10'000'000 +
                              static_cast<std::uint64_t>(share * static_cast<double>(objects())));
    }

private:
    batch_outcome next_batch(std::uint64_t done) {
        batch_outcome outcome;
        outcome.batch = ++batches_;
        outcome.inputs = outcome.delivered = inputs_a_batch;
        for (std::uint64_t i = 0; i < inputs_a_batch; ++i) {
            settled_change change{object(), fate::delivered, false, {}};
            const order_key key{1'764'460'800'000 + done / 1'000'000, 100'000 + done / 1'000'000,
                                done % 1'000'000 + i};
            for (int field = 0; field < 8; ++field)
                if (random_() % 3 == 0)
                    change.fields.push_back(
                        {field_kind::property, "property" + std::to_string(field), key});
            outcome.changes.add(change);
            outcome.records.add({key.number, key.ordinal, fate::delivered});
        }
        return outcome;
    }

    temp_dir directory_;
    std::uint64_t acknowledged_;
    std::uint64_t batches_ = 0;
    std::mt19937_64 random_{35};
    std::uniform_real_distribution<double> uniform_{0, 1};
};

// All of it, from the first row on: what a drain leaves behind, and what a rebuild costs.
void ledger_taking_in(benchmark::State& state) {
    const auto acknowledged = static_cast<std::uint64_t>(state.range(0));
    acknowledged_history history(acknowledged);
    double processor = 0;
    for ([[maybe_unused]] auto _ : state) {
        const double before = processor_seconds();
        ledger known(history.where(), [](const std::string&) {});
        if (!known.empty()) return state.SkipWithError("the ledger cannot be made");
        for (bool more = true; more;) {
            const auto taken = known.take_in_some();
            if (!taken) return state.SkipWithError(taken.error().message.c_str());
            more = *taken;
        }
        if (!known.flush()) return state.SkipWithError("the ledger cannot be written");
        processor += processor_seconds() - before;
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["processor_us_an_item"] =
        processor * 1e6 / static_cast<double>(state.iterations() * state.range(0));
    auto file = ledger_file::open_for_reading(ledger::path_in(history.where()));
    state.counters["bytes_an_object"] =
        static_cast<double>(std::filesystem::file_size(ledger::path_in(history.where()))) /
        static_cast<double>(file ? file->objects() : 1);
}
BENCHMARK(ledger_taking_in)
    ->Arg(1'000'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(ledger_taking_in)
    ->Name("ledger_taking_in_much")
    ->Arg(10'000'000)
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

// A hundred objects a question.
void ledger_lookup(benchmark::State& state) {
    acknowledged_history history(1'000'000);
    ledger known(history.where(), [](const std::string&) {});
    if (!known.look_up({"1"}) || !known.flush())
        return state.SkipWithError("the ledger cannot be made");
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        std::vector<std::string> ids;
        while (ids.size() < inputs_a_batch) ids.push_back(history.object());
        state.ResumeTiming();
        const auto found = known.look_up(ids);
        if (!found) return state.SkipWithError(found.error().message.c_str());
        benchmark::DoNotOptimize(found->entries.data());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(inputs_a_batch));
}
BENCHMARK(ledger_lookup);

} // namespace
} // namespace hubspool
