#include "core/rows/cell_value.hpp"

#include "core/json/json_text.hpp"
#include "core/records/record_as_of.hpp"
#include "core/rows/cell_time.hpp"
#include "core/words/date_time.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace hubspool {

namespace {

bool is_same_word(std::string_view cell, std::string_view word) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(cell.begin(), cell.end(), word.begin(), word.end(),
                      [&](char a, char b) { return lower(a) == b; });
}

// As databases and spreadsheets write them.
std::optional<bool> truth_of(std::string_view cell) {
    constexpr std::array<std::string_view, 4> yes{"true", "1", "yes", "t"};
    constexpr std::array<std::string_view, 4> no{"false", "0", "no", "f"};
    const auto is_cell = [&](std::string_view word) { return is_same_word(cell, word); };
    if (std::ranges::any_of(yes, is_cell)) return true;
    if (std::ranges::any_of(no, is_cell)) return false;
    return std::nullopt;
}

std::string append_truth(text_arena& out, std::string_view cell) {
    const auto truth = truth_of(cell);
    if (!truth) return "is neither true nor false (nor 1, 0, yes, no, t or f)";
    out.append(*truth ? "true" : "false");
    return {};
}

std::string append_read_time(text_arena& out, std::string_view cell, const csv_options& options) {
    cell_time read = read_cell_time(cell, options);
    if (read.ms) out.append_quoted(time_text(*read.ms));
    return std::move(read.why);
}

std::string append_time(text_arena& out, std::string_view cell, const csv_options& options) {
    if (!is_date_time(cell)) return append_read_time(out, cell, options);
    // As HubSpot takes it, it goes as it stands there.
    out.append_quoted(cell);
    return {};
}

std::string append_as_of(text_arena& out, std::string_view cell, const csv_options& options) {
    if (as_of_number(cell)) {
        // Digits alone may be in a form of csv.dates, such as %Y%m%d%H%M. Else they are a number
        // in the record, too.
        if (const auto ms = read_cell_time(cell, options).ms)
            out.append_quoted(time_text(*ms));
        else
            out.append(cell);
        return {};
    }
    if (!as_of_text(cell)) return append_read_time(out, cell, options);
    append_json_string(out, cell);
    return {};
}

} // namespace

std::string append_cell(text_arena& out, const cell_target& target, std::string_view cell,
                        const csv_options& options) {
    if (target.kind == target_kind::as_of) return append_as_of(out, cell, options);
    if (target.kind == target_kind::property && target.type == value_type::boolean)
        return append_truth(out, cell);
    if (target.kind == target_kind::property && target.type == value_type::date_time)
        return append_time(out, cell, options);
    append_json_string(out, cell);
    return {};
}

} // namespace hubspool
