#include "simulator/portal.hpp"

#include "simulator/json_output.hpp"

#include <charconv>

namespace hubspool::simulator {

std::optional<std::uint64_t> sequence_of(std::string_view json_value) {
    if (json_value.size() < 4 || json_value.back() != '"') return std::nullopt;
    const auto hash = json_value.rfind('#');
    if (hash == std::string_view::npos) return std::nullopt;
    std::uint64_t number = 0;
    const auto end = json_value.data() + json_value.size() - 1;
    const auto [stop, error] = std::from_chars(json_value.data() + hash + 1, end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

void portal::apply(object_state& object, simdjson::dom::object input) {
    if (!object.exists) {
        object.exists = true;
        ++existing_;
    }
    written_.assign(object.fields());
    field_list::place from = 0;
    for (const auto [name, value] : input) {
        if (name == "objectId") continue;
        if (name != "customProperties") {
            write(object, from, name, false, value);
            continue;
        }
        for (simdjson::dom::element entry : value.get_array()) {
            const std::string_view property = entry["name"].get_string();
            write(object, from, property, true, entry["value"]);
        }
    }
    objects_.set_fields(object, written_);
}

void portal::write(const object_state& object, field_list::place& from, std::string_view name,
                   bool custom, simdjson::dom::element value) {
    value_.clear();
    append_value(value_, value);
    const auto fields = written_.view();
    // Inputs name fields in a stable order: the one where the last one ended is mostly it.
    const bool next = fields.has(from) && names_[fields.name(from)].is(name, custom);
    const auto number = next ? fields.name(from) : names_.find_or_add(name, custom);
    auto at = fields.find(from, number);
    if (fields.has(at)) {
        const auto sequence = sequence_of(value_);
        const auto before = sequence ? sequence_of(fields.value(at)) : std::nullopt;
        if (before && *sequence < *before) note_regression(object, fields, at);
        written_.set_value(at, value_);
    } else {
        at = written_.append(number, value_);
    }
    from = written_.view().after(at);
}

void portal::note_regression(const object_state& object, field_view fields, field_view::place at) {
    ++regressions_;
    if (first_regressions_.size() < regressions_kept)
        first_regressions_.push_back(
            {object.id, names_[fields.name(at)].text, std::string(fields.value(at)), value_});
}

void portal::for_each_existing(const std::function<void(const object_state&)>& visit) const {
    for (const auto& object : objects_)
        if (object.exists) visit(object);
}

void portal::reset_regressions() {
    regressions_ = 0;
    first_regressions_.clear();
}

void append_object(std::string& out, const object_state& object, const field_names& names) {
    out += '{';
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (name.custom) return;
        append_string(out, name.text);
        out += ':';
        out += value;
        out += ',';
    });
    out += "\"custom\":{";
    bool first = true;
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (!name.custom) return;
        if (!first) out += ',';
        first = false;
        append_string(out, name.text);
        out += ':';
        out += value;
    });
    out += "}}";
}

void append_result(std::string& out, const object_state& object, const field_names& names,
                   std::string_view iso_now) {
    out += "{\"objectId\":";
    append_string(out, object.id);
    bool named = false;
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (name.custom) return;
        named = named || name.text == "eventName";
        out += ',';
        append_string(out, name.text);
        out += ':';
        out += value;
    });
    if (!named) out += ",\"eventName\":\"An event\"";
    out += ",\"customProperties\":[";
    bool first = true;
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (!name.custom) return;
        out += first ? "{\"name\":" : ",{\"name\":";
        first = false;
        append_string(out, name.text);
        out += ",\"value\":";
        out += value;
        out += '}';
    });
    out += "],\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":\"";
    out += iso_now;
    out += "\"}";
}

} // namespace hubspool::simulator
