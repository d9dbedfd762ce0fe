// Runs the scanner over bytes that are told in windows, as file_reader does.
#pragma once

#include "core/json/json_lookup.hpp"
#include "core/records/record_scanner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

inline constexpr std::size_t record_max = 64; // of a record's bytes

struct found_piece {
    piece_kind kind = piece_kind::object;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t line = 0;
    std::string text;
    std::string reason;
    // Where a new scanner may take over after it.
    std::optional<read_point> resume;

    friend bool operator==(const found_piece& a, const found_piece& b) {
        return a.kind == b.kind && a.offset == b.offset && a.size == b.size && a.line == b.line &&
               a.text == b.text && a.reason == b.reason && a.resume == b.resume;
    }
};

inline void PrintTo(const found_piece& p, std::ostream* out) {
    *out << "{kind " << static_cast<int>(p.kind) << " at " << p.offset << " size " << p.size
         << " line " << p.line << " \"" << p.text << "\" " << p.reason << "}";
}

// The next piece by a guess that the parser confirmed, as file_reader tries first.
inline std::optional<piece> guessed(record_scanner& scanner, std::string_view window, bool last) {
    const auto line = scanner.guess_line(window, last);
    if (!line) return std::nullopt;
    if (!is_json_object(line->text)) {
        scanner.leave_line();
        return std::nullopt;
    }
    scanner.take_line(*line);
    return line;
}

// Scans `bytes`, told in windows that grow by what `cut` says, as file_reader does.
inline std::vector<found_piece> scan_on(record_scanner& scanner, std::string_view bytes,
                                        const std::function<std::size_t()>& cut,
                                        std::size_t window_max = SIZE_MAX, bool guess = false) {
    std::vector<found_piece> pieces;
    std::size_t read = scanner.consumed();
    while (true) {
        const std::size_t begin = scanner.consumed();
        // A copy of its own, so that reading beyond the window is seen by the address sanitizer.
        const std::vector<char> window(bytes.begin() + static_cast<long>(begin),
                                       bytes.begin() + static_cast<long>(read));
        const bool last = read == bytes.size();
        EXPECT_LE(window.size(), window_max);
        std::optional<piece> found;
        if (guess) found = guessed(scanner, {window.data(), window.size()}, last);
        if (!found) found = scanner.next({window.data(), window.size()}, last);
        if (found) {
            pieces.push_back({found->kind, found->offset, found->size, found->line,
                              std::string(found->text), std::string(found->reason), std::nullopt});
            if (scanner.can_resume_here())
                pieces.back().resume = read_point{scanner.consumed(), pieces.size(), scanner.line(),
                                                  0, scanner.format()};
            continue;
        }
        if (last) return pieces;
        read = std::min(bytes.size(), read + std::max<std::size_t>(cut(), 1));
    }
}

inline std::vector<found_piece> scan(std::string_view bytes,
                                     std::size_t record_bytes_max = record_max) {
    record_scanner scanner(record_bytes_max);
    return scan_on(scanner, bytes, [&] { return bytes.size(); });
}

} // namespace hubspool
