// The letters that export and drop are asked for: by ids, by a filter, or all.
#pragma once

#include "cli/letters/letter_selection.hpp"

namespace hubspool {

// An id that no letter has is a failure, so that a slip of the keyboard changes nothing.
result<letter_selection> choose_letters(const command_context& context, dead_letter_box& box,
                                        const dead_letter_arguments& arguments);

// A line of standard input: an id, or a JSON object with one as "id" (`list --json`). Nothing: it
// is neither. Pure.
std::optional<arrival> parse_id_line(std::string_view line);

} // namespace hubspool
