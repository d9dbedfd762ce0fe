// A dead letter that stands for records which were too late, and too many in their file for a
// letter each: it names them, and their values stand in the file only. So that is kept. Pure.
#pragma once

#include "core/books/batch_outcome.hpp"
#include "core/books/letter_categories.hpp"

namespace hubspool {

inline bool is_gathered(const dead_letter& letter) {
    return letter.content.empty() && letter.category == category_too_late;
}

} // namespace hubspool
