#include "core/sending/batch_json.hpp"

#include "core/json/json_text.hpp"

namespace hubspool {

void append_input(std::string& body, std::string_view object_id, const field_set& fields) {
    body.append(R"({"objectId":)");
    append_json_string(body, object_id);
    // Keys are escaped in the field set already: they are written as they are.
    fields.for_each([&](const field& f, std::uint32_t) {
        if (f.kind != field_kind::property) return;
        body.append(",\"").append(f.name).append("\":").append(f.value);
    });
    // Required by the schema, also when it is empty.
    body.append(R"(,"customProperties":[)");
    bool first = true;
    fields.for_each([&](const field& f, std::uint32_t) {
        if (f.kind != field_kind::custom) return;
        if (!first) body.push_back(',');
        first = false;
        body.append(custom_begin).append(f.name).append(custom_middle).append(f.value);
    });
    body.append("]}");
}

} // namespace hubspool
