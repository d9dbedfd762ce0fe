#include "core/properties/event_answer.hpp"

#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"
#include "core/records/object_id.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

using simdjson::dom::element;

class event_reading {
public:
    std::optional<told_event> read(std::string_view body) {
        element root;
        simdjson::dom::object members;
        simdjson::dom::array custom;
        element id;
        if (json_.parse(body, root) != simdjson::SUCCESS ||
            root.get(members) != simdjson::SUCCESS ||
            members["customProperties"].get(custom) != simdjson::SUCCESS ||
            members["objectId"].get(id) != simdjson::SUCCESS)
            return {};
        told_event told;
        told.object_id = canonical_object_id(value_of(id).text);
        if (told.object_id.empty()) return {};
        for (const auto [name, value] : members) {
            if (name == "updatedAt") told.updated_at = value_of(value).text;
            add(told, field_kind::property, name, value);
        }
        for (const element each : custom) {
            std::string_view name;
            element value;
            if (each["name"].get(name) == simdjson::SUCCESS &&
                each["value"].get(value) == simdjson::SUCCESS)
                add(told, field_kind::custom, name, value);
        }
        return told;
    }

private:
    void add(told_event& told, field_kind kind, std::string_view name, element value) {
        told_field field{{kind, {}}, value_of(value)};
        append_json_escaped(field.key.name, name);
        if (field.value.kind != value_kind::none) told.fields.push_back(std::move(field));
    }
    // As read_plain_value() has it.
    plain_value value_of(element value) const {
        std::string_view text;
        bool truth = false;
        if (value.get(text) == simdjson::SUCCESS) return {value_kind::text, std::string(text)};
        if (lossless_json::is_number(value))
            return {value_kind::number, std::string(json_.number(value))};
        if (value.get(truth) == simdjson::SUCCESS)
            return {value_kind::boolean, truth ? "true" : "false"};
        return {};
    }

    lossless_json json_;
};

} // namespace

const plain_value* told_event::find(const field_key& key) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const told_field& f) {
        return f.key.kind == key.kind && f.key.name == key.name;
    });
    return found == fields.end() ? nullptr : &found->value;
}

std::optional<told_event> read_event(std::string_view body) {
    return event_reading().read(body);
}

} // namespace hubspool
