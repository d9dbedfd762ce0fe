// cur/.run: one short line with a checksum, overwritten in place; fsynced when it is made, and
// never again.
//
// After a power loss an older line may stand there. No promise needs the newest: an intact database
// has a commit number that is no lower, and beside a lost one what is in cur/ counts by its names.
// A torn or strange line reads as none. State thread; read once at the start.
#pragma once

#include "base/result.hpp"
#include "core/words/run_mark.hpp"

#include <optional>

namespace hubspool {

result<std::optional<run_mark>> read_run_mark_file(int cur, const std::string& shown);
// `state_id` is a word of at most 128 visible ASCII characters.
result<void> write_run_mark_file(int cur, const run_mark& mark, const std::string& shown);

} // namespace hubspool
