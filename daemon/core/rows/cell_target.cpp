#include "core/rows/cell_target.hpp"

#include "core/records/meant_field.hpp"

namespace hubspool {

namespace {
constexpr std::string_view custom_prefix = "custom:";
} // namespace

std::optional<cell_target> cell_target_of(std::string_view text) {
    if (text == "ignore") return cell_target{};
    if (text == "objectId") return cell_target{target_kind::object_id};
    if (text == "$hubspool.id") return cell_target{target_kind::reference};
    if (text == "$hubspool.as_of") return cell_target{target_kind::as_of};
    if (text.size() > custom_prefix.size() && text.starts_with(custom_prefix))
        return cell_target{target_kind::custom, std::string(text.substr(custom_prefix.size()))};
    if (const auto type = type_of(input_fields, text))
        return cell_target{target_kind::property, std::string(text), *type};
    return std::nullopt;
}

std::string why_no_target(std::string_view text) {
    const std::string_view meant = meant_field(text);
    const bool is_near = !meant.empty() && meant != "customProperties";
    return "is none of HubSpot's fields" +
           (is_near ? " (did you mean " + std::string(meant) + "?)" : "") +
           ": write objectId, one of them such as eventName, custom:NAME for a custom property, "
           "$hubspool.id, $hubspool.as_of, or ignore";
}

std::string to_string(const cell_target& target) {
    switch (target.kind) {
    case target_kind::ignored: return "ignore";
    case target_kind::object_id: return "objectId";
    case target_kind::reference: return "$hubspool.id";
    case target_kind::as_of: return "$hubspool.as_of";
    case target_kind::property: return target.name;
    case target_kind::custom: return std::string(custom_prefix) + target.name;
    }
    return "";
}

} // namespace hubspool
