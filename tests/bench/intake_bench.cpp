// What each step of a record's way costs: items are records (or requests, where said). The ceiling
// of decoding is simdjson's own parser touching every field of the same text.
#include "base/mailbox.hpp"
#include "core/change_json.hpp"
#include "core/pending_set.hpp"
#include "core/record_scanner.hpp"
#include "simulator/generator.hpp"
#include "spool/file_reader.hpp"
#include "support/temp_dir.hpp"

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <fcntl.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace hubspool {
namespace {

constexpr std::uint64_t n_records = 200'000;
constexpr std::uint64_t n_objects = 20'000;
constexpr std::size_t block_bytes = 256 * 1024;

const std::string& text() {
    static const std::string made = [] {
        simulator::generator_options options;
        options.records = n_records;
        options.objects = n_objects;
        simulator::generator generator(options);
        std::string out;
        for (std::uint64_t i = 0; i < n_records; ++i) generator.append_record(out);
        return out;
    }();
    return made;
}

void count_items(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_records));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
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
    const simdjson::padded_string padded(text());
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
BENCHMARK(parse_ceiling);

template <class Take>
void decode_all(Take take) {
    record_scanner scanner(1U << 20);
    change_decoder decoder({});
    std::string_view rest = text();
    std::uint64_t ordinal = 0;
    while (true) {
        decoded_block block;
        block.file = 1;
        block.arena.room(block_bytes);
        const std::uint64_t from = scanner.consumed();
        while (scanner.consumed() - from < block_bytes) {
            const std::uint64_t used = scanner.consumed();
            if (const auto line = scanner.guess_line(rest, true);
                line &&
                decoder.decode_if_object(line->text, line->offset, ordinal, line->line, block)) {
                scanner.take_line(*line);
            } else {
                const auto piece = scanner.next(rest, true);
                if (!piece) return take(std::move(block));
                decoder.decode(piece->text, piece->offset, ordinal, piece->line, block);
            }
            ++ordinal;
            rest.remove_prefix(scanner.consumed() - used);
        }
        take(std::move(block));
    }
}

void scan(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        record_scanner scanner(1U << 20);
        std::string_view rest = text();
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
BENCHMARK(scan);

void scan_and_decode(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state) {
        decode_all([](decoded_block block) { benchmark::DoNotOptimize(block.arena.data()); });
    }
    count_items(state);
}
BENCHMARK(scan_and_decode);

void add_all(pending_set& pending, const decoded_block& block) {
    std::size_t near = 0;
    for (std::size_t i = 0; i < block.records.size(); ++i) {
        if (i == near) near += pending.bring_near(block, i);
        bool is_new = false;
        pending.add(block, block.records[i], boot_time{}, is_new);
    }
}

void coalesce(benchmark::State& state) {
    std::vector<decoded_block> blocks;
    decode_all([&](decoded_block block) { blocks.push_back(std::move(block)); });
    for ([[maybe_unused]] auto _ : state) {
        pending_set pending(1U << 20);
        for (const auto& block : blocks) add_all(pending, block);
        benchmark::DoNotOptimize(pending.bytes());
    }
    count_items(state);
}
BENCHMARK(coalesce);

// From a file to the pending set over two threads, as in the daemon.
void intake(benchmark::State& state) {
    const temp_dir directory;
    const std::string path = directory.file("records");
    std::ofstream(path) << text();
    for ([[maybe_unused]] auto _ : state) {
        mailbox<decoded_block> blocks(64);
        std::thread reading([&] {
            const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
            const auto reader =
                file_reader::make(file, 1, lane::bulk, file_format::unknown, {}, {});
            while (auto block = reader->next()) blocks.post(std::move(*block));
            blocks.close();
        });
        pending_set pending(1U << 20);
        for (bool open = true; open;) {
            open = !blocks.closed();
            for (const auto& block : blocks.take_all(milliseconds(10))) add_all(pending, block);
        }
        reading.join();
        benchmark::DoNotOptimize(pending.bytes());
    }
    count_items(state);
}
BENCHMARK(intake)->UseRealTime();

} // namespace
} // namespace hubspool
