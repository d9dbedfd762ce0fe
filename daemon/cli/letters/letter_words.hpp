// What a dead letter asks of a person, and as what it can be submitted again. Pure.
#pragma once

#include "core/books/batch_outcome.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// A sentence: what to do about letters of this category.
std::string_view letter_advice(std::string_view category);

// One line that `submit` takes, with the producer's id of its newest record that had one. Nothing:
// what is left of it is no JSON object.
std::optional<std::string> input_of(const dead_letter& letter);

} // namespace hubspool
