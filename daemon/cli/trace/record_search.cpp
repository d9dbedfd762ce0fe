#include "cli/trace/record_search.hpp"

#include "app/options.hpp"
#include "core/records/field_coding.hpp"

#include <algorithm>
#include <cstring>

namespace hubspool {

namespace {

std::vector<std::string> names_of_fields(const decoded_block& block, slice fields) {
    std::vector<std::string> names;
    std::string_view coded = block.text(fields);
    while (coded.size() >= sizeof(coded_header)) {
        coded_header header{};
        std::memcpy(&header, coded.data(), sizeof header);
        names.push_back(block.keys[header.key].name);
        coded.remove_prefix(sizeof header + header.value_size);
    }
    return names;
}

// Of a block of one record.
std::optional<carried_order> carried_in(const decoded_block& block) {
    if (block.carried.empty()) return std::nullopt;
    return block.carried.front();
}

bool has(std::string_view text, std::string_view part) {
    return ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

// Without \u only these signs are ever written as an escape.
std::string_view escape_of(std::string_view object_id) {
    const bool may_be_escaped = std::any_of(object_id.begin(), object_id.end(), [](char c) {
        return c == '"' || c == '\\' || c == '/' || static_cast<unsigned char>(c) < ' ';
    });
    return may_be_escaped ? "\\" : "\\u";
}

csv_options csv_options_in(const settings& options, const table_dialect& dialect) {
    csv_options csv = make_csv_options(options);
    csv.go_on_in(dialect);
    return csv;
}

} // namespace

record_search::record_search(const settings& options, std::string object_id, std::string_view name,
                             const table_dialect& dialect)
    : object_id_(std::move(object_id)), escape_(escape_of(object_id_)),
      feed_(options.queue.max_record_bytes, csv_options_in(options, dialect), name),
      decoder_({options.records.refuse_unknown_fields, options.records.name_value_only}) {
}

void record_search::take(std::string_view bytes) {
    feed_.take(bytes, [this](const piece& one) { look_at(one); });
}

void record_search::end(text_end how) {
    feed_.end([this](const piece& one) { look_at(one); }, how);
}

void record_search::look_at(const piece& one) {
    const std::uint64_t ordinal = ordinal_++;
    if (one.kind != piece_kind::object) return;
    if (!has(one.text, object_id_) && !has(one.text, escape_)) return;
    decoded_block block;
    decoder_.decode(one.text, one.offset, ordinal, one.line, block, one.reason);
    for (const decoded_record& record : block.records) {
        if (block.text(record.object_id) != object_id_) continue;
        found_.push_back({ordinal,
                          one.line,
                          std::string(block.text(record.reference)),
                          names_of_fields(block, record.fields),
                          {},
                          record.as_of,
                          carried_in(block)});
    }
    for (const bad_record& bad : block.bad) {
        if (bad.object_id == object_id_)
            found_.push_back(
                {ordinal, one.line, bad.reference, {}, bad.reason, bad.as_of, carried_in(block)});
    }
}

} // namespace hubspool
