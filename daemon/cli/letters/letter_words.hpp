// What a dead letter asks of a person, and what was done about it. Pure.
#pragma once

#include "state/letters/dead_letter_rows.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// A sentence: what to do about letters of this category.
std::string_view letter_advice(std::string_view category);

// What was done about the letter, and what became of that; empty: nothing yet.
std::string letter_course(const kept_dead_letter& kept);

} // namespace hubspool
