#include "cli/verify/verified_object.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t value_bytes = 200;
// With more the whole files are named: what HubSpot has already does no harm.
constexpr std::size_t named_objects_max = 50;

// A custom property may have the name of a field.
std::string name_of(const field_key& field) {
    return (field.kind == field_kind::custom ? "customProperties/" : "") + printable(field.name);
}

std::string shown(const std::optional<std::string>& value) {
    return value ? '"' + one_line(*value, value_bytes) + '"' : "nothing";
}

// As a shell takes it as one word.
std::string in_quotes(const std::string& word) {
    const bool is_plain =
        !word.empty() &&
        word.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ_./:@%+,-") == std::string::npos;
    if (is_plain) return word;
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
}

std::string since_when(const delivered_value& value) {
    std::string text;
    if (value.at) text = " at " + shown_time(*value.at);
    if (value.batch != 0) text += fmt::format(" (batch {})", value.batch);
    return text;
}

std::string field_text(const delivered_value& value, const matched_field& field) {
    const std::string name = name_of(value.sent.key);
    if (field.match == field_match::not_compared)
        return fmt::format("  {}: not compared, {}\n", name, field.note);
    const std::string note = field.note.empty() ? "" : "; " + field.note;
    return fmt::format("  {}: delivered {}{}, HubSpot has {}{}\n", name, shown(field.sent),
                       since_when(value), shown(field.told), note);
}

std::optional<wall_time> newest_delivery(const delivered_object& object) {
    std::optional<wall_time> newest;
    for (const delivered_value& value : object.values)
        if (value.at && (!newest || *value.at > *newest)) newest = value.at;
    return newest;
}

std::string_view word_of(object_match match) {
    switch (match) {
    case object_match::same: return "same";
    case object_match::differs: return "differs";
    case object_match::gone: return "gone";
    case object_match::not_compared: break;
    }
    return "not_compared";
}

std::string_view word_of(field_match match) {
    switch (match) {
    case field_match::same: return "same";
    case field_match::differs: return "differs";
    case field_match::not_compared: break;
    }
    return "not_compared";
}

void put_field(json_writer& json, const delivered_value& value, const matched_field* field) {
    json.begin_object().key("field").value(value.sent.key.name);
    json.key("custom").value(value.sent.key.kind == field_kind::custom);
    if (field != nullptr) {
        json.key("match").value(word_of(field->match));
        json.key("delivered").value_or_null(field->sent);
        json.key("told").value_or_null(field->told);
        json.key("note").value(field->note);
    }
    json.key("at");
    value.at ? json.value(iso_time(*value.at)) : json.null();
    json.key("batch").value(value.batch).key("file").value(value.file).end_object();
}

} // namespace

object_match verified_object::match() const {
    if (fields.empty()) return object_match::gone;
    const auto count = [&](field_match which) {
        return std::ranges::count(fields, which, &matched_field::match);
    };
    if (count(field_match::differs) > 0) return object_match::differs;
    return count(field_match::same) > 0 ? object_match::same : object_match::not_compared;
}

verified_object verified(delivered_object delivered, const std::optional<told_event>& event,
                         const defined_properties* known) {
    verified_object made{std::move(delivered), {}, {}};
    if (!event) return made;
    made.updated_at = event->updated_at;
    const event_comparison comparison(known);
    for (const delivered_value& value : made.delivered.values)
        made.fields.push_back(comparison.match(value.sent, *event));
    return made;
}

void repair_command::add(const verified_object& object) {
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
        const std::uint64_t file = object.delivered.values[i].file;
        if (object.fields[i].match != field_match::differs || file == 0) continue;
        files_.insert(file);
        object_ids_.insert(object.delivered.object_id);
    }
}

std::string repair_command::text() const {
    if (files_.empty()) return {};
    std::string text = "hubspool replay";
    for (const std::uint64_t file : files_) text += fmt::format(" {}", file);
    if (object_ids_.size() <= named_objects_max)
        for (const std::string& id : object_ids_) text += " --object=" + in_quotes(id);
    text += " --execute";
    return config_.empty() ? text : text + " -c " + in_quotes(config_);
}

std::string verified_text(const verified_object& object) {
    const std::string id = one_line(object.delivered.object_id, value_bytes);
    if (object.match() == object_match::gone) {
        const auto newest = newest_delivery(object.delivered);
        return fmt::format("object {}: HubSpot has it not; it was deleted or archived there{}\n",
                           id, newest ? ", after " + shown_time(*newest) : "");
    }
    const std::string when = object.updated_at.empty()
                                 ? std::string()
                                 : ", changed last at " + one_line(object.updated_at, 40);
    const auto differing =
        std::ranges::count(object.fields, field_match::differs, &matched_field::match);
    std::string text = fmt::format("object {}: differs in {} of {}{}\n", id, differing,
                                   counted(object.fields.size(), "field"), when);
    for (std::size_t i = 0; i < object.fields.size(); ++i)
        if (object.fields[i].match != field_match::same)
            text += field_text(object.delivered.values[i], object.fields[i]);
    return text;
}

void put_verified(json_writer& json, const verified_object& object, const std::string& repair) {
    json.begin_object().key("object_id").value(object.delivered.object_id);
    json.key("state").value(word_of(object.match()));
    json.key("updated_at");
    object.updated_at.empty() ? json.null() : json.value(object.updated_at);
    json.key("fields").begin_array();
    for (std::size_t i = 0; i < object.delivered.values.size(); ++i)
        put_field(json, object.delivered.values[i],
                  object.fields.empty() ? nullptr : &object.fields[i]);
    json.end_array().key("repair");
    repair.empty() ? json.null() : json.value(repair);
    json.end_object();
}

} // namespace hubspool
