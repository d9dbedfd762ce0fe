#include "core/records/meant_field.hpp"

#include "core/records/known_fields.hpp"
#include "core/words/edit_distance.hpp"

#include <algorithm>
#include <cstddef>

namespace hubspool {

namespace {
constexpr std::size_t misspelt_bytes_max = 40; // longer ones are no typing errors
} // namespace

std::string_view meant_field(std::string_view name) {
    if (name.size() > misspelt_bytes_max) return {};
    std::string_view nearest;
    // Up to a quarter of its letters may be wrong; for short ones two.
    std::size_t least = std::max<std::size_t>(2, name.size() / 4) + 1;
    const auto look = [&](std::string_view known) {
        const std::size_t distance = edit_distance(name, known);
        if (distance >= least) return;
        nearest = known;
        least = distance;
    };
    for (const known_field& known : input_fields) look(known.name);
    look("customProperties");
    return nearest;
}

} // namespace hubspool
