// A dead letter as `list` and `show` print it for scripts: one object, the same keys in each.
#pragma once

#include "base/json_writer.hpp"
#include "cli/letters/letter_filter.hpp"
#include "core/books/batch_outcome.hpp"

namespace hubspool {

// `answer`: the batch that killed it; null when its row is gone, or it was found while reading.
void put_letter(json_writer& json, const kept_dead_letter& kept, const file_names& names,
                const batch_outcome* answer);

// Its members that tell what was done about it: held, retried, struck, and so on.
void put_course(json_writer& json, const kept_dead_letter& kept);

} // namespace hubspool
