// What a file's name says of the order of its records.
//
// When its content was so: `as_of=TIME` anywhere in it, such as
// export.as_of=20261130T010000Z.ndjson. TIME is a moment as iso_instant.hpp has it, since 1970, and
// no letter or digit follows it. The first `as_of=` of a name counts.
//
// Whose records it carries once more: a replay's name begins with `replay_of=STAMP.NUMBER.`, stamp
// and number of its base. Pure.
#pragma once

#include "core/words/order_key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::string_view as_of_sign = "as_of=";

struct named_as_of {
    // Where it stands in the name, from the sign on. A name that is cut keeps these bytes.
    std::size_t begin = 0, end = 0;
    std::optional<as_of_ms> time; // nothing: what follows the sign is no time
};

// Nothing: the name says nothing of it.
std::optional<named_as_of> find_as_of(std::string_view name);

// Why a file with this name cannot be taken, for a person; empty: it can.
std::string why_no_as_of(std::string_view name);

// `as_of=20261130T010000Z`, with a fraction when there is one.
std::string format_as_of(as_of_ms time);

inline constexpr std::string_view base_sign = "replay_of=";

struct named_base {
    std::optional<file_base> base; // nothing: what follows the sign is none
    std::string_view rest;         // of the name, behind it
};

// Nothing: the name is no replay's.
std::optional<named_base> find_base(std::string_view name);

// `replay_of=1764460800000.42.`, with which a replay's name begins: so no cut takes it away.
std::string format_base(const file_base& base);

// Why a claimed file with this name cannot be taken, for a person; empty: it can. A base must lie
// below the file itself: else its records would win over what is newer.
std::string why_no_order(std::uint64_t number, as_of_ms stamp, std::string_view name);

// What the keys of a claimed file's records are made of, from its name alone. A time that lies
// above the stamp, or that cannot be read, counts as the stamp; such a base as none.
file_order order_of_claim(std::uint64_t number, as_of_ms stamp, std::string_view producer_name);

} // namespace hubspool
