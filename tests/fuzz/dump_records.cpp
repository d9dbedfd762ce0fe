// What the file reader makes of each file named: one JSON line a file, for forms_test.py and
// tables_test.py. `--quote=C` and `--delimiter=C`, empty for none: of tables.
#include "core/json/json_text.hpp"
#include "core/pending/field_set.hpp"
#include "spool/reading/file_reader.hpp"

#include <fcntl.h>

#include <cstdio>
#include <string>
#include <vector>

namespace hubspool {
namespace {

void append_text(std::string& out, std::string_view key, std::string_view text) {
    out += '"';
    out += key;
    out += "\":";
    append_json_string(out, text);
}

void append_record(std::string& out, const decoded_block& block, const decoded_record& record) {
    out += '{';
    append_text(out, "id", block.text(record.object_id));
    out += ",\"line\":" + std::to_string(record.line) + ",\"fields\":{";
    field_set fields;
    std::vector<numbered_key> keys;
    for (const field_key& key : block.keys) keys.push_back(number(nullptr, key.kind, key.name));
    fields.merge(block.text(record.fields), keys, 0);
    bool first = true;
    fields.for_each([&](const field& f, std::uint32_t) {
        const bool custom = f.kind == field_kind::custom;
        out += first ? "\"" : ",\"";
        first = false;
        // A custom property's value is an object that lacks its beginning.
        out.append(custom ? "$" : "")
            .append(f.name)
            .append(custom ? "\":{" : "\":")
            .append(f.value);
    });
    out += "}}";
}

void dump(const std::string& path, const csv_options& csv) {
    file_reader_options options;
    options.csv = csv;
    options.quiet_period = milliseconds(1);
    options.block_bytes = 4096;
    const auto reader =
        file_reader::make(::open(path.c_str(), O_RDONLY | O_CLOEXEC),
                          {1, lane::live, path.substr(path.rfind('/') + 1), 0}, {}, options);
    std::string records, bad;
    while (const auto block = reader->next()) {
        for (const decoded_record& record : block->records) {
            if (!records.empty()) records += ',';
            append_record(records, *block, record);
        }
        for (const bad_record& each : block->bad) {
            bad += bad.empty() ? "{" : ",{";
            append_text(bad, "reason", each.reason);
            bad += ",\"line\":" + std::to_string(each.line) + "}";
        }
    }
    std::string out = "{";
    append_text(out, "kept", reader->end().keep_because.value_or(""));
    out += ",\"surrogates\":" + std::to_string(reader->end().lone_surrogates);
    std::puts((out + ",\"records\":[" + records + "],\"bad\":[" + bad + "]}").c_str());
}

} // namespace
} // namespace hubspool

int main(int count, char** arguments) {
    hubspool::csv_options csv;
    for (int i = 1; i < count; ++i) {
        const std::string argument = arguments[i];
        if (argument.starts_with("--quote="))
            csv.quote = argument.c_str()[8];
        else if (argument.starts_with("--delimiter="))
            csv.delimiter = argument.c_str()[12];
        else
            hubspool::dump(argument, csv);
    }
}
