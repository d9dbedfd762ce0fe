// Where the cells of a column go in a change record. Pure.
#pragma once

#include "core/records/known_fields.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

enum class target_kind : std::uint8_t {
    ignored,
    object_id,
    reference, // $hubspool.id
    as_of,     // $hubspool.as_of
    property,  // a documented field
    custom,    // a custom property
};

struct cell_target {
    target_kind kind = target_kind::ignored;
    std::string name = {};              // of a property or custom property
    value_type type = value_type::text; // of a property

    friend bool operator==(const cell_target&, const cell_target&) = default;
};

// objectId, $hubspool.id, $hubspool.as_of, a documented field, custom:NAME, or ignore. Nothing for
// any other text.
std::optional<cell_target> cell_target_of(std::string_view text);

// Why a text is none, and what to write: a sentence without its subject.
std::string why_no_target(std::string_view text);

// As cell_target_of() reads it.
std::string to_string(const cell_target& target);

} // namespace hubspool
