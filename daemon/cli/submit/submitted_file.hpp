// One file of `submit`: read once, checked and written into the queue's tmp/ as it comes by, and
// renamed into the queue when all of it is good. So it may be a pipe, and of any size.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/order_key.hpp"
#include "spool/reading/followed_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct submitted_file {
    std::string source; // as it was named; "standard input" for "-"
    std::string name;   // in the queue; empty: nothing was put there
    std::uint64_t records = 0;
    std::uint64_t bad = 0;
    std::vector<bad_record> listed;        // the first bad ones
    std::uint64_t lone_surrogates = 0;     // of texts; each becomes U+FFFD
    std::uint64_t future_as_of = 0;        // records that count as of now instead
    std::string misspelt_as_of;            // of its own name; empty: none
    std::optional<followed_file> followed; // when that was asked for and it was queued
};

// `as_of`: when its records were so; nothing: as its own name says, if it does. A failure of code
// ENOSPC or EDQUOT: the queue has no room now. Other failures: the file cannot be
// read, is no JSON, or the queue cannot be written. Bad records are no failure: `name` is empty
// then, and when there was none.
result<submitted_file> submit_file(const std::string& file, lane to, const settings& options,
                                   bool follow = false, std::optional<as_of_ms> as_of = {});

} // namespace hubspool
