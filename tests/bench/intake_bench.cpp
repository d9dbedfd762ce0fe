// What each step of a record's way into the pending set costs: items are records. The ceiling
// of decoding is simdjson's own parser touching every field of the same text.
#include "base/mailbox.hpp"
#include "bench/bench_records.hpp"
#include "os/huge_pages.hpp"
#include "spool/reading/file_reader.hpp"
#include "support/temp_dir.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {
namespace {

void count_items(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_records));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(record_text().size()));
}

std::size_t touch(simdjson::dom::element value) {
    switch (value.type()) {
    case simdjson::dom::element_type::OBJECT: {
        std::size_t sum = 0;
        const simdjson::dom::object object = value.get_object().value_unsafe();
        for (const auto [key, member] : object) sum += key.size() + touch(member);
        return sum;
    }
    case simdjson::dom::element_type::ARRAY: {
        std::size_t sum = 0;
        const simdjson::dom::array array = value.get_array().value_unsafe();
        for (const simdjson::dom::element item : array) sum += touch(item);
        return sum;
    }
    case simdjson::dom::element_type::STRING: return value.get_string().value_unsafe().size();
    default: return 1;
    }
}

void parse_ceiling(benchmark::State& state) {
    const simdjson::padded_string padded(record_text());
    simdjson::dom::parser parser;
    parser.threaded = false; // one core
    for ([[maybe_unused]] auto _ : state) {
        simdjson::dom::document_stream stream;
        if (parser.parse_many(padded).get(stream)) state.SkipWithError("cannot be parsed");
        std::size_t sum = 0;
        for (const auto document : stream) sum += touch(document.value_unsafe());
        benchmark::DoNotOptimize(sum);
    }
    count_items(state);
}
BENCHMARK(parse_ceiling)->UseRealTime();

void scan(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        record_scanner scanner(1U << 20);
        std::string_view rest = record_text();
        std::size_t sum = 0;
        std::uint64_t used = 0;
        while (const auto piece = scanner.next(rest, true)) {
            sum += piece->text.size();
            rest.remove_prefix(scanner.consumed() - used);
            used = scanner.consumed();
        }
        benchmark::DoNotOptimize(sum);
    }
    count_items(state);
}
BENCHMARK(scan)->UseRealTime();

void scan_and_decode(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        decode_all([](decoded_block block) { benchmark::DoNotOptimize(block.arena.data()); });
    }
    count_items(state);
}
BENCHMARK(scan_and_decode)->UseRealTime();

// The way into the set is measured, not the way out.
void drop_untimed(benchmark::State& state, std::unique_ptr<pending_set>& pending) {
    benchmark::DoNotOptimize(pending->bytes());
    state.PauseTiming();
    pending.reset();
    state.ResumeTiming();
}

void coalesce(benchmark::State& state) {
    std::vector<decoded_block> blocks;
    decode_all([&](decoded_block block) { blocks.push_back(std::move(block)); });
    huge_page_memory memory;
    for ([[maybe_unused]] auto _ : state) {
        auto pending = std::make_unique<pending_set>(1U << 20, &memory);
        for (const auto& block : blocks) add_all(*pending, block);
        drop_untimed(state, pending);
    }
    count_items(state);
}
BENCHMARK(coalesce)->UseRealTime();

// The records in a file that is on the disk: while it is still being written there, that is
// measured, too.
int open_record_file() {
    static const temp_dir directory;
    static const std::string path = [] {
        const std::string made = directory.file("records");
        std::ofstream(made) << record_text();
        ::sync();
        return made;
    }();
    return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

// From a file to the pending set over two threads, as in the daemon.
void intake(benchmark::State& state) {
    ::close(open_record_file());
    huge_page_memory memory;
    for ([[maybe_unused]] auto _ : state) {
        mailbox<decoded_block> blocks(4);
        std::thread reading([&] {
            const auto reader =
                file_reader::make(open_record_file(), {1, lane::bulk, {}, 0}, {}, {});
            while (auto block = reader->next()) blocks.post(std::move(*block));
            blocks.close();
        });
        auto pending = std::make_unique<pending_set>(1U << 20, &memory);
        for (bool open = true; open;) {
            open = !blocks.closed();
            for (const auto& block : blocks.take_all(milliseconds(10))) add_all(*pending, block);
        }
        reading.join();
        drop_untimed(state, pending);
    }
    count_items(state);
}
BENCHMARK(intake)->UseRealTime();

} // namespace
} // namespace hubspool
