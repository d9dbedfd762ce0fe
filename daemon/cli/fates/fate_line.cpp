#include "cli/fates/fate_line.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"

#include <fmt/core.h>

#include <charconv>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

std::string_view fate_word(fate what) {
    switch (what) {
    case fate::delivered: return "delivered";
    case fate::superseded: return "superseded";
    case fate::dead: return "dead";
    case fate::overtaken: return "overtaken";
    case fate::unchanged: return "unchanged";
    }
    return "unknown";
}

// A value of a line: text, a number, or nothing.
struct fate_column {
    std::string_view name;
    std::string text;
    bool is_number = false; // nothing when the text is empty
};

std::string number_or_none(std::uint64_t number) {
    return number == 0 ? std::string() : std::to_string(number);
}

std::vector<fate_column> columns_of(const told_fate& told) {
    const batch_outcome& o = told.outcome;
    const bool died = told.record.fate == fate::dead;
    return {{"cursor", format_cursor(told.cursor)},
            {"time", iso_time(o.finished)},
            {"fate", std::string(fate_word(told.record.fate))},
            {"object_id", told.place.object_id},
            {"id", told.place.reference},
            {"file", std::to_string(told.record.file), true},
            {"name", told.place.file},
            {"ordinal", std::to_string(told.record.ordinal), true},
            {"line", number_or_none(told.place.line), true},
            {"batch", number_or_none(o.batch), true},
            {"http_status", number_or_none(static_cast<std::uint64_t>(o.http_status)), true},
            {"correlation_id", o.correlation_id},
            {"reason", !died                    ? std::string()
                       : told.place.bad.empty() ? o.words
                                                : told.place.bad}};
}

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

} // namespace

std::string format_cursor(const fate_cursor& cursor) {
    return fmt::format("{:x}-{}.{}", cursor.epoch, cursor.row, cursor.records);
}

std::optional<fate_cursor> parse_cursor(std::string_view text) {
    const std::size_t dash = text.find('-'), point = text.find('.');
    if (dash == std::string_view::npos || point == std::string_view::npos || point < dash)
        return std::nullopt;
    fate_cursor cursor;
    const auto take = [](std::string_view digits, std::uint64_t& into, int base) {
        const char* const end = digits.data() + digits.size();
        const auto [stopped, error] = std::from_chars(digits.data(), end, into, base);
        return error == std::errc{} && stopped == end;
    };
    const bool is_one = take(text.substr(0, dash), cursor.epoch, 16) &&
                        take(text.substr(dash + 1, point - dash - 1), cursor.row, 10) &&
                        take(text.substr(point + 1), cursor.records, 10);
    return is_one ? std::optional(cursor) : std::nullopt;
}

std::string fate_as_json(const told_fate& told) {
    json_writer json;
    json.begin_object();
    for (const fate_column& column : columns_of(told)) {
        json.key(column.name);
        if (column.text.empty())
            json.null();
        else if (column.is_number)
            json.value(std::stoull(column.text));
        else
            json.value(column.text);
    }
    json.end_object();
    return json.take() + '\n';
}

std::string fate_as_csv(const told_fate& told) {
    std::string line;
    for (const fate_column& column : columns_of(told))
        line += (line.empty() ? "" : ",") + csv_field(column.text);
    return line + "\r\n";
}

std::string fate_csv_heading() {
    std::string line;
    for (const fate_column& column : columns_of({{}, {}, {}, batch_outcome()}))
        line += fmt::format("{}{}", line.empty() ? "" : ",", column.name);
    return line + "\r\n";
}

} // namespace hubspool
