#include "simulator/portal.hpp"

#include "simulator/json_output.hpp"

#include <charconv>

namespace hubspool::simulator {

namespace {

std::uint64_t number_of(std::string_view id) {
    std::uint64_t number = 0;
    const auto end = id.data() + id.size();
    const auto [stop, error] = std::from_chars(id.data(), end, number);
    if (error == std::errc() && stop == end) return number;
    number = 14695981039346656037ULL; // FNV-1a
    for (const char c : id) number = (number ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return number;
}

} // namespace

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

object_state& portal::object(std::string_view id) {
    const auto found = objects_.find(id);
    if (found != objects_.end()) return found->second;
    auto& made = objects_[std::string(id)];
    made.id = id;
    made.number = number_of(id);
    return made;
}

const object_state* portal::find(std::string_view id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : &found->second;
}

void portal::apply(object_state& object, simdjson::dom::object input) {
    if (!object.exists) {
        object.exists = true;
        ++existing_;
    }
    std::size_t hint = 0;
    for (const auto [name, value] : input) {
        if (name == "objectId") continue;
        if (name != "customProperties") {
            write(object, hint, name, false, value);
            continue;
        }
        for (simdjson::dom::element entry : value.get_array()) {
            const std::string_view property = entry["name"].get_string();
            write(object, hint, property, true, entry["value"]);
        }
    }
}

void portal::write(object_state& object, std::size_t& hint, std::string_view name, bool custom,
                   simdjson::dom::element value) {
    // Inputs name fields in a stable order: looking first where the last one ended is mostly a hit.
    auto& fields = object.fields;
    std::size_t at = fields.size();
    for (std::size_t step = 0; step < fields.size(); ++step) {
        const std::size_t i = (hint + step) % fields.size();
        if (fields[i].custom == custom && fields[i].name == name) {
            at = i;
            break;
        }
    }
    if (at == fields.size()) fields.push_back({std::string(name), {}, {}, custom});
    hint = at + 1;
    auto& field = fields[at];
    scratch_.clear();
    append_value(scratch_, value);
    const auto sequence = sequence_of(scratch_);
    if (sequence && field.sequence && *sequence < *field.sequence) note_regression(object, field);
    field.value = scratch_;
    field.sequence = sequence;
}

void portal::note_regression(const object_state& object, const field_state& field) {
    ++regressions_;
    if (first_regressions_.size() < regressions_kept)
        first_regressions_.push_back({object.id, field.name, field.value, scratch_});
}

void portal::for_each_existing(const std::function<void(const object_state&)>& visit) const {
    for (const auto& [id, object] : objects_)
        if (object.exists) visit(object);
}

void portal::reset_regressions() {
    regressions_ = 0;
    first_regressions_.clear();
}

void append_object(std::string& out, const object_state& object) {
    out += '{';
    for (const auto& field : object.fields) {
        if (field.custom) continue;
        append_string(out, field.name);
        out += ':';
        out += field.value;
        out += ',';
    }
    out += "\"custom\":{";
    bool first = true;
    for (const auto& field : object.fields) {
        if (!field.custom) continue;
        if (!first) out += ',';
        first = false;
        append_string(out, field.name);
        out += ':';
        out += field.value;
    }
    out += "}}";
}

void append_result(std::string& out, const object_state& object, std::string_view iso_now) {
    out += "{\"objectId\":";
    append_string(out, object.id);
    bool named = false;
    for (const auto& field : object.fields) {
        if (field.custom) continue;
        named = named || field.name == "eventName";
        out += ',';
        append_string(out, field.name);
        out += ':';
        out += field.value;
    }
    if (!named) out += ",\"eventName\":\"An event\"";
    out += ",\"customProperties\":[";
    bool first = true;
    for (const auto& field : object.fields) {
        if (!field.custom) continue;
        out += first ? "{\"name\":" : ",{\"name\":";
        first = false;
        append_string(out, field.name);
        out += ",\"value\":";
        out += field.value;
        out += '}';
    }
    out += "],\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":\"";
    out += iso_now;
    out += "\"}";
}

} // namespace hubspool::simulator
