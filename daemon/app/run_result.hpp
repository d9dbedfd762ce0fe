// What a run is asked for, and how it ended.
#pragma once

#include "config/settings.hpp"
#include "core/books/file_row.hpp"
#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct drain_options {
    std::optional<milliseconds> deadline;      // nothing: ten minutes without a delivery end it
    std::optional<std::uint64_t> requests_max; // nothing: as many as it takes
    std::optional<lane> only;                  // that is read and sent; nothing: both
    bool tells_each_batch = true; // also those that were wholly delivered, at level info
};

// Exit codes: 0 done, 1 failed, 3 some records were dead-lettered or files rejected, 4 stopped
// before the queue was empty.
struct run_result {
    int exit_code = 0;
    std::string why;         // for a person, when it did not simply end
    hubspool::totals totals; // of this run
    std::uint64_t requests = 0;
    milliseconds took{0};
    std::uint64_t rejected_files = 0;     // of this run; all or a part of them could not be read
    std::optional<settings> renewed = {}; // with which another run is to begin; nothing: none
};

} // namespace hubspool
