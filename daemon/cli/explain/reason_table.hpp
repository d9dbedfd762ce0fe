// Every reason that hubspool gives by a word of its own, what it means and what to do: for
// `explain`, and for the commands that show one. A code is the same in each version. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hubspool {

enum class reason_kind : std::uint8_t {
    park,        // sending as a whole stopped
    hold,        // nothing is sent just now
    dead_letter, // category of a record that cannot be delivered
    fate,        // what became of a record
    exit_code,   // of a command
};
std::string_view to_string(reason_kind kind);

struct reason_entry {
    reason_kind kind;
    std::string_view code; // "http_5xx" stands for http_500, http_503, ...
    std::string_view meaning;
    std::string_view remedy; // what to do, a sentence without its end; empty: nothing
};

// In the order in which they are listed.
std::span<const reason_entry> reason_table();

// Whether the entry is of this code, as it is shown or a person writes it: in any case, with - for
// _.
bool is_of(const reason_entry& entry, std::string_view code);
// Null: there is none.
const reason_entry* find_reason(reason_kind kind, std::string_view code);

} // namespace hubspool
