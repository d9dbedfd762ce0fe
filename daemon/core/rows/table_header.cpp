#include "core/rows/table_header.hpp"

#include "core/rows/header_columns.hpp"
#include "core/rows/row_walker.hpp"
#include "core/rows/windows_1252.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hubspool {

namespace {

struct named_delimiter {
    char sign;
    std::string_view name;
};
constexpr std::array<named_delimiter, 4> delimiters{
    {{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}}};

std::string without_spaces(std::string text) {
    constexpr std::string_view blanks = " \t";
    text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
    text.erase(text.find_last_not_of(blanks) + 1);
    return text;
}

std::string name_in(std::string_view text, const row_cell& cell, const csv_options& options) {
    std::string name(text.substr(cell.begin, cell.end - cell.begin));
    for (std::size_t at = 0;
         cell.has_doubled && (at = name.find(options.quote, at)) != std::string::npos;)
        name.erase(++at, 1);
    if (options.encoding == table_encoding::utf8) return without_spaces(std::move(name));
    std::string decoded;
    append_windows_1252(decoded, name);
    return without_spaces(std::move(decoded));
}

std::optional<table_header> divided_by(char delimiter, std::string_view text, bool last,
                                       const csv_options& options) {
    row_walker walker(delimiter, options.quote, columns_max);
    std::size_t at = 0;
    walker.begin();
    if (!walker.walk(text, at)) {
        if (!last) return std::nullopt;
        walker.end_at(at);
    }
    table_header header{delimiter, {}, at, walker.newlines(), {}};
    if (walker.is_in_quotes())
        header.fault = "is a table whose header has a quote that is never closed";
    else if (walker.is_damaged())
        header.fault = "is a table whose header has text behind a closing quote";
    else
        for (const row_cell& cell : walker.cells())
            header.names.push_back(name_in(text, cell, options));
    return header;
}

} // namespace

std::optional<table_header> find_header(std::string_view text, bool last, char delimiter,
                                        const csv_options& options) {
    if (delimiter != '\0') return divided_by(delimiter, text, last, options);
    std::vector<table_header> found; // those with the most known names
    std::size_t most = 0;
    for (const named_delimiter& one : delimiters) {
        auto header = divided_by(one.sign, text, last, options);
        if (!header) return std::nullopt;
        if (!header->fault.empty() || header->names.size() < 2) continue;
        const std::size_t known = known_names(header->names, options);
        if (!found.empty() && known < most) continue;
        if (known > most) found.clear();
        most = known;
        found.push_back(std::move(*header));
    }
    if (found.empty()) return divided_by(delimiters.front().sign, text, last, options);
    if (found.size() > 1) {
        const auto name_of = [](char sign) {
            return std::ranges::find(delimiters, sign, &named_delimiter::sign)->name;
        };
        found.front().fault = fmt::format(
            "is a table whose columns may be divided by {} or by {}: write in csv.delimiter which",
            name_of(found[0].delimiter), name_of(found[1].delimiter));
    }
    return std::move(found.front());
}

} // namespace hubspool
