#include "core/books/retry_records.hpp"

#include "core/books/gathered_letter.hpp"
#include "core/books/letter_categories.hpp"
#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"
#include "core/records/json_value.hpp"
#include "core/records/known_fields.hpp"
#include "core/records/record_order.hpp"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>

namespace hubspool {

namespace {

using simdjson::dom::element;

constexpr std::string_view no_object =
    "what is left of it is no JSON object: repair it by hand, and submit it";
constexpr std::string_view is_range = "it stands for many records: submit its file again";
constexpr std::string_view asks =
    "HubSpot may have newer values: look there; --as-newest sends it all the same";
constexpr std::string_view no_keys =
    "it is of before an update, and its age is not known: --as-newest sends it as new";

std::string escaped(std::string_view text) {
    std::string out;
    append_json_escaped(out, text);
    return out;
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

// A value of the letter. Of a custom property the text is what stands in it beside the name, and
// its closing brace; without a name it is no property, but stands in the list.
struct part {
    field_kind kind = field_kind::property;
    std::string name; // escaped
    std::string text;
    order_key key;
};

constexpr std::string_view id_name = "objectId";

class letter_parts {
public:
    explicit letter_parts(const dead_letter& letter) : letter_(letter) {
        for (const dead_letter::value& value : letter.values)
            newest_ = std::max(newest_, value.key);
        // Nobody knows its key: the order tells which record it was, and no more.
        if (letter.values.empty() && !letter.records.empty())
            newest_ = {0, letter.records.back().file, letter.records.back().ordinal};
    }

    bool read();
    bool rename(const letter_edits::renaming& edit);
    void set(const letter_edits::setting& edit);
    std::vector<std::string> lines(bool as_newest) const;

private:
    std::string text_of(element value) const;
    void read_properties(simdjson::dom::array properties);
    void read_property(element property);
    void read_envelope(element value);
    void add(field_kind kind, std::string name, std::string text);
    part* find(std::string_view name);
    part* find(field_kind kind, std::string_view name);
    std::string value_for(const part& one, std::string_view value);
    bool is_scalar(std::string_view text);
    std::string envelope(const order_key& key, bool as_newest) const;
    std::string line(const order_key& key, const std::vector<const part*>& parts,
                     bool as_newest) const;

    const dead_letter& letter_;
    lossless_json json_;
    std::vector<part> parts_;
    std::vector<std::string> envelope_; // members that stood in it
    std::optional<std::string> id_;     // its JSON
    order_key newest_;
};

std::string letter_parts::text_of(element value) const {
    text_arena out;
    append_json(out, value, json_);
    return std::string(out.text());
}

void letter_parts::add(field_kind kind, std::string name, std::string text) {
    const auto known =
        std::find_if(letter_.values.begin(), letter_.values.end(),
                     [&](const auto& value) { return value.kind == kind && value.name == name; });
    const order_key key = known == letter_.values.end() ? newest_ : known->key;
    parts_.push_back({kind, std::move(name), std::move(text), key});
}

bool letter_parts::read() {
    element root;
    simdjson::dom::object members;
    if (json_.parse(letter_.content, root) != simdjson::SUCCESS ||
        root.get_object().get(members) != simdjson::SUCCESS)
        return false;
    for (const auto [key, value] : members) {
        simdjson::dom::array properties;
        if (key == "$hubspool")
            read_envelope(value);
        else if (key == id_name)
            id_ = text_of(value);
        else if (key == "customProperties" &&
                 value.get_array().get(properties) == simdjson::SUCCESS)
            read_properties(properties);
        else
            add(field_kind::property, escaped(key), text_of(value));
    }
    return true;
}

void letter_parts::read_properties(simdjson::dom::array properties) {
    for (const element property : properties) read_property(property);
}

void letter_parts::read_property(element property) {
    simdjson::dom::object attributes;
    std::string_view name;
    const bool is_named = property.get_object().get(attributes) == simdjson::SUCCESS &&
                          attributes["name"].get_string().get(name) == simdjson::SUCCESS;
    // It cannot be told from others, but stays.
    if (!is_named || name.empty()) return add(field_kind::custom, "", text_of(property));
    std::string text;
    for (const auto [key, value] : attributes) {
        if (key == "name") continue;
        text += (text.empty() ? "" : ",") + json_string(key) + ':' + text_of(value);
    }
    add(field_kind::custom, escaped(name), text + '}');
}

// A record that could not be read stands there as it came, with its own.
void letter_parts::read_envelope(element value) {
    simdjson::dom::object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) return;
    for (const auto [key, content] : members)
        if (key != "order" && key != "as_newest")
            envelope_.push_back(json_string(key) + ':' + text_of(content));
}

part* letter_parts::find(field_kind kind, std::string_view name) {
    const auto found = std::find_if(parts_.begin(), parts_.end(), [&](const part& one) {
        return one.kind == kind && one.name == name;
    });
    return found == parts_.end() ? nullptr : &*found;
}

part* letter_parts::find(std::string_view name) {
    part* const property = find(field_kind::property, name);
    return property != nullptr ? property : find(field_kind::custom, name);
}

bool letter_parts::rename(const letter_edits::renaming& edit) {
    part* const found = find(escaped(edit.from));
    // Two values of one name: which of them is wanted nobody can tell.
    if (found == nullptr || find(found->kind, escaped(edit.to)) != nullptr) return false;
    found->name = escaped(edit.to);
    return true;
}

bool letter_parts::is_scalar(std::string_view text) {
    if (text == "true" || text == "false" || text == "null") return true;
    lossless_json other;
    element value;
    return !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) &&
           other.parse(std::string(text), value) == simdjson::SUCCESS &&
           lossless_json::is_number(value);
}

// As the type of the field wants it.
std::string letter_parts::value_for(const part& one, std::string_view value) {
    if (one.kind == field_kind::custom) return "\"value\":" + json_string(value) + '}';
    const auto type = type_of(input_fields, one.name);
    const bool is_text = type == value_type::text || type == value_type::date_time;
    return !is_text && is_scalar(value) ? std::string(value) : json_string(value);
}

void letter_parts::set(const letter_edits::setting& edit) {
    if (edit.property == id_name) {
        id_ = json_string(edit.value);
        return;
    }
    const std::string name = escaped(edit.property);
    part* found = find(name);
    if (found == nullptr) {
        const bool is_documented = type_of(input_fields, edit.property).has_value();
        parts_.push_back(
            {is_documented ? field_kind::property : field_kind::custom, name, "", newest_});
        found = &parts_.back();
    }
    found->text = value_for(*found, edit.value);
}

std::string letter_parts::envelope(const order_key& key, bool as_newest) const {
    std::string members;
    for (const std::string& member : envelope_) members += member + ',';
    // The producer's name of the record that the values are of.
    if (envelope_.empty()) {
        const auto value = std::find_if(letter_.values.begin(), letter_.values.end(),
                                        [&](const auto& one) { return one.key == key; });
        const std::size_t owner =
            value == letter_.values.end() ? letter_.records.size() - 1 : value->owner;
        if (owner < letter_.records.size() && !letter_.records[owner].reference.empty())
            members += "\"id\":" + json_string(letter_.records[owner].reference) + ',';
    }
    return "\"$hubspool\":{" + members + "\"order\":\"" + format_order(key) + '"' +
           (as_newest ? ",\"as_newest\":true}" : "}");
}

std::string letter_parts::line(const order_key& key, const std::vector<const part*>& parts,
                               bool as_newest) const {
    std::string properties, customs;
    for (const part* const one : parts) {
        if (one->kind == field_kind::property) {
            properties += '"' + one->name + "\":" + one->text + ',';
            continue;
        }
        if (!customs.empty()) customs += ',';
        const bool is_bare = one->text == "}";
        customs += one->name.empty()
                       ? one->text
                       : "{\"name\":\"" + one->name + (is_bare ? "\"" : "\",") + one->text;
    }
    if (!customs.empty()) customs = "\"customProperties\":[" + customs + "],";
    return '{' + (id_ ? "\"objectId\":" + *id_ + ',' : "") + properties + customs +
           envelope(key, as_newest) + '}';
}

std::vector<std::string> letter_parts::lines(bool as_newest) const {
    std::map<order_key, std::vector<const part*>> by_key;
    // A change without fields is one record all the same.
    if (parts_.empty()) by_key[newest_];
    for (const part& one : parts_) by_key[one.key].push_back(&one);
    std::vector<std::string> lines;
    for (const auto& [key, parts] : by_key) lines.push_back(line(key, parts, as_newest));
    return lines;
}

} // namespace

retry_records retry_records_of(const dead_letter& letter, const letter_edits& edits) {
    const bool is_many = std::any_of(letter.records.begin(), letter.records.end(),
                                     [](const auto& record) { return record.count > 1; });
    if (is_many || is_gathered(letter)) return {{}, false, is_range};
    if (!edits.as_newest && asks_a_person(letter.category)) return {{}, false, asks};
    if (!edits.as_newest && letter.values.empty()) return {{}, false, no_keys};
    letter_parts parts(letter);
    if (!parts.read()) return {{}, false, no_object};
    retry_records out;
    for (const letter_edits::renaming& edit : edits.rename)
        out.edited = parts.rename(edit) || out.edited;
    for (const letter_edits::setting& edit : edits.set) parts.set(edit);
    out.edited = out.edited || !edits.set.empty();
    out.lines = parts.lines(edits.as_newest);
    return out;
}

} // namespace hubspool
