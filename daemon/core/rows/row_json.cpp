#include "core/rows/row_json.hpp"

#include "core/json/json_text.hpp"
#include "core/rows/cell_value.hpp"
#include "core/rows/windows_1252.hpp"
#include "core/words/printable.hpp"
#include "core/words/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t cell_bytes_shown = 60;

bool is_ascii(std::string_view text) {
    std::uint64_t all = 0;
    for (; text.size() >= sizeof all; text.remove_prefix(sizeof all)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        all |= word;
    }
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return (all & 0x8080808080808080) == 0;
}

// Not in the middle of a character.
std::size_t shown_size(std::string_view cell) {
    std::size_t size = std::min(cell.size(), cell_bytes_shown);
    while (size > 0 && size < cell.size() &&
           (static_cast<unsigned char>(cell[size]) & 0xc0) == 0x80)
        --size;
    return size;
}

std::string shown(std::string_view cell) {
    std::string text = printable(std::string(cell.substr(0, shown_size(cell))));
    return cell.size() > cell_bytes_shown ? text + "..." : text;
}

std::string key_of(const cell_target& target) {
    std::string key;
    switch (target.kind) {
    case target_kind::custom:
        key = R"({"name":)";
        append_json_string(key, target.name);
        return key + R"(,"value":)";
    case target_kind::reference: return R"("id":)";
    case target_kind::as_of: return R"("as_of":)";
    case target_kind::property: append_json_string(key, target.name); return key + ':';
    default: return R"("objectId":)";
    }
}

} // namespace

row_json::row_json(const header_columns& header, const csv_options& options) : options_(options) {
    for (std::size_t i = 0; i < header.targets.size(); ++i)
        add({header.targets[i], key_of(header.targets[i]), {}, i, header.names[i]});
    for (const auto& [name, value] : options.constants) {
        const auto target = cell_target_of(name);
        if (!target) continue;
        text_arena json;
        // As the configuration was held against, without what tables are told.
        if (append_cell(json, *target, value, {}).empty())
            add({*target, key_of(*target), std::string(json.text()), 0, {}});
    }
}

void row_json::add(part made) {
    switch (made.target.kind) {
    case target_kind::ignored: return;
    case target_kind::object_id: return id_.push_back(std::move(made));
    case target_kind::reference:
    case target_kind::as_of: return envelope_.push_back(std::move(made));
    case target_kind::property: return properties_.push_back(std::move(made));
    case target_kind::custom: return custom_.push_back(std::move(made));
    }
}

std::string_view row_json::write(std::string_view row, const std::vector<row_cell>& cells) {
    out_.truncate(0);
    fault_.clear();
    const bool plain = is_ascii(row);
    const bool in_utf8 = options_.encoding == table_encoding::utf8;
    const table_row whole{row, cells, plain, plain || !in_utf8 || is_utf8(row)};
    write_parts(id_, {"{", "", ""}, whole);
    write_parts(envelope_, {R"(,"$hubspool":{)", "", "}"}, whole);
    write_parts(properties_, {",", "", ""}, whole);
    write_parts(custom_, {R"(,"customProperties":[)", "}", "]"}, whole);
    out_.push_back('}');
    return out_.text();
}

void row_json::write_parts(const std::vector<part>& parts, const frame& around,
                           const table_row& row) {
    bool is_first = true;
    for (const part& one : parts) {
        const std::size_t size = out_.size();
        out_.append(is_first ? around.before : ",");
        out_.append(one.key);
        if (!write_value(one, row)) {
            out_.truncate(size);
            continue;
        }
        out_.append(around.after_each);
        is_first = false;
    }
    if (!is_first) out_.append(around.after);
}

// False: it is left out.
bool row_json::write_value(const part& from, const table_row& row) {
    if (!from.value.empty()) {
        out_.append(from.value);
        return true;
    }
    const row_cell& at = row.cells[from.cell];
    if (at.begin == at.end) return write_empty(from);
    const std::string_view cell = text_of(at, row);
    std::string why;
    if (!row.is_utf8 && !is_utf8(cell))
        why = "is no UTF-8: export the file so, or write its encoding in csv.encoding";
    else
        why = append_cell(out_, from.target, cell, options_);
    if (why.empty()) return true;
    refuse(from, cell, why);
    // No text of HubSpot's is a list: what cannot be told is not sent by a retry, but for `--set`.
    const bool is_told = row.is_utf8 || is_utf8(cell);
    if (!is_told) out_.append("[");
    append_json_string(out_, cell);
    if (!is_told) out_.append("]");
    return true;
}

bool row_json::write_empty(const part& from) {
    if (from.target.kind == target_kind::object_id) {
        refuse(from, "", "is empty");
        out_.append("\"\"");
        return true;
    }
    const bool is_ours =
        from.target.kind == target_kind::reference || from.target.kind == target_kind::as_of;
    if (is_ours || options_.empty == empty_cell::leave_out) return false;
    const bool is_text =
        from.target.kind == target_kind::custom || from.target.type == value_type::text;
    out_.append(options_.empty == empty_cell::empty_string && is_text ? "\"\"" : "null");
    return true;
}

std::string_view row_json::text_of(const row_cell& cell, const table_row& row) {
    std::string_view rest = row.text.substr(cell.begin, cell.end - cell.begin);
    if (cell.has_doubled) rest = undoubled(rest);
    if (row.is_ascii || options_.encoding == table_encoding::utf8) return rest;
    decoded_.clear();
    append_windows_1252(decoded_, rest);
    return decoded_;
}

std::string_view row_json::undoubled(std::string_view rest) {
    undoubled_.clear();
    // Quotes stand in it by twos only: of each the second is left out.
    for (std::size_t at = rest.find(options_.quote); at != std::string_view::npos;
         at = rest.find(options_.quote)) {
        undoubled_ += rest.substr(0, at + 1);
        rest.remove_prefix(at + 2);
    }
    undoubled_ += rest;
    return undoubled_;
}

void row_json::refuse(const part& from, std::string_view cell, std::string_view why) {
    // The first one is told.
    if (!fault_.empty()) return;
    fault_ = fmt::format("column {}: {}{}{}", shown(from.column), cell.empty() ? "" : "'",
                         cell.empty() ? "" : shown(cell) + "' ", why);
}

} // namespace hubspool
