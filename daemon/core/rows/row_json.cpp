#include "core/rows/row_json.hpp"

#include "core/json/json_text.hpp"
#include "core/rows/cell_value.hpp"
#include "core/words/printable.hpp"
#include "core/words/utf8.hpp"

#include <fmt/format.h>

#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t cell_bytes_shown = 60;

bool is_ascii(std::string_view text) {
    // Without a branch, so that the compiler takes many bytes at a time.
    unsigned char all = 0;
    for (const char c : text) all |= static_cast<unsigned char>(c);
    return all < 0x80;
}

std::string shown(std::string_view cell) {
    std::string text = printable(std::string(cell.substr(0, cell_bytes_shown)));
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

row_json::row_json(const header_columns& header, const csv_options& options)
    : empty_(options.empty), quote_(options.quote) {
    for (std::size_t i = 0; i < header.targets.size(); ++i)
        add({header.targets[i], key_of(header.targets[i]), {}, i, header.names[i]});
    for (const auto& [name, value] : options.constants) {
        const auto target = cell_target_of(name);
        if (!target) continue;
        part made{*target, key_of(*target), {}, 0, {}};
        if (append_cell(made.value, *target, value).empty()) add(std::move(made));
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
    out_.clear();
    fault_.clear();
    const table_row whole{row, cells, is_ascii(row) || is_utf8(row)};
    write_parts(id_, {"{", "", ""}, whole);
    write_parts(envelope_, {R"(,"$hubspool":{)", "", "}"}, whole);
    write_parts(properties_, {",", "", ""}, whole);
    write_parts(custom_, {R"(,"customProperties":[)", "}", "]"}, whole);
    out_ += '}';
    return out_;
}

void row_json::write_parts(const std::vector<part>& parts, const frame& around,
                           const table_row& row) {
    bool is_first = true;
    for (const part& one : parts) {
        const std::size_t size = out_.size();
        out_ += is_first ? around.before : ",";
        out_ += one.key;
        if (!write_value(one, row)) {
            out_.resize(size);
            continue;
        }
        out_ += around.after_each;
        is_first = false;
    }
    if (!is_first) out_ += around.after;
}

// False: it is left out.
bool row_json::write_value(const part& from, const table_row& row) {
    if (!from.value.empty()) {
        out_ += from.value;
        return true;
    }
    const row_cell& at = row.cells[from.cell];
    if (at.begin == at.end) return write_empty(from);
    const std::string_view cell = text_of(at, row);
    std::string why;
    if (!row.is_utf8 && !is_utf8(cell))
        why = "is no UTF-8: export the file as UTF-8";
    else
        why = append_cell(out_, from.target, cell);
    if (why.empty()) return true;
    refuse(from, cell, why);
    append_json_string(out_, cell);
    return true;
}

bool row_json::write_empty(const part& from) {
    if (from.target.kind == target_kind::object_id) {
        refuse(from, "", "is empty");
        out_ += "\"\"";
        return true;
    }
    const bool is_ours =
        from.target.kind == target_kind::reference || from.target.kind == target_kind::as_of;
    if (is_ours || empty_ == empty_cell::leave_out) return false;
    const bool is_text =
        from.target.kind == target_kind::custom || from.target.type == value_type::text;
    out_ += empty_ == empty_cell::empty_string && is_text ? "\"\"" : "null";
    return true;
}

std::string_view row_json::text_of(const row_cell& cell, const table_row& row) {
    std::string_view rest = row.text.substr(cell.begin, cell.end - cell.begin);
    if (!cell.has_doubled) return rest;
    undoubled_.clear();
    // Quotes stand in it by twos only: of each the second is left out.
    for (std::size_t at = rest.find(quote_); at != std::string_view::npos; at = rest.find(quote_)) {
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
