#include "core/records/meant_field.hpp"

#include "core/records/known_fields.hpp"
#include "core/words/edit_distance.hpp"

namespace hubspool {

std::string_view meant_field(std::string_view name) {
    nearest_word meant(name);
    for (const known_field& known : input_fields) meant.look_at(known.name);
    meant.look_at("customProperties");
    return meant.found();
}

} // namespace hubspool
