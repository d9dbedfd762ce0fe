// The letters that export and drop are asked for: by ids, by a filter, or all.
#pragma once

#include "cli/letters/letter_selection.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// What becomes of letters that a person holds.
enum class held_letters : std::uint8_t {
    chosen, // as any
    spared, // by a filter and of all they are left out, and counted; by its id one is a failure
};

// An id that no letter has is a failure, so that a slip of the keyboard changes nothing. From old
// to new; by their keys, when they are sent as the newest.
result<letter_selection> choose_letters(const command_context& context, dead_letter_box& box,
                                        const dead_letter_arguments& arguments,
                                        held_letters held = held_letters::chosen);

// Why a command that changes something may not choose by these words; empty: it may.
std::string wrong_choice(std::string_view command, const dead_letter_arguments& arguments);

// Says how many were left out since they are held.
void tell_held(const command_context& context, std::uint64_t held);

// Asks on the terminal: "QUESTION [y/N]".
bool is_agreed(const std::string& question);

// A line of standard input: an id, or a JSON object with one as "id" (`list --json`). Nothing: it
// is neither. Pure.
std::optional<arrival> parse_id_line(std::string_view line);

} // namespace hubspool
