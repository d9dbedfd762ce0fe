// What the micro benchmarks work on: the same made records, whole and decoded.
#pragma once

#include "core/pending/block_merge.hpp"
#include "core/pending/pending_set.hpp"
#include "core/records/change_json.hpp"
#include "core/records/decoded_block.hpp"
#include "core/records/record_scanner.hpp"
#include "simulator/generator.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hubspool {

inline constexpr std::uint64_t n_records = 1'000'000;
inline constexpr std::uint64_t n_objects = 100'000;

inline const std::string& record_text() {
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

// Calls take(decoded_block) for all of it, as the file reader does.
template <class Take>
void decode_all(Take take) {
    constexpr std::size_t block_bytes = 256 * 1024;
    record_scanner scanner(1U << 20);
    change_decoder decoder({});
    std::string_view rest = record_text();
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

inline void add_all(pending_set& pending, const decoded_block& block) {
    block_merge merge(pending, block);
    bool is_new = false;
    for (std::size_t i = 0; i < block.records.size(); ++i) merge.add(i, boot_time{}, is_new);
}

} // namespace hubspool
