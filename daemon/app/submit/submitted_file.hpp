// What is submitted: read once, checked and written into the queue's tmp/ as it comes by, and
// renamed into the queue when all of it is good. So a file may be a pipe, and of any size.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/records/decoded_block.hpp"
#include "core/words/order_key.hpp"
#include "spool/reading/followed_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct submitted_file {
    std::string source; // as it was named; "standard input" for "-"
    std::string name;   // in the queue; empty: nothing was put there
    std::uint64_t records = 0;
    std::uint64_t bad = 0;
    std::vector<bad_record> listed;    // the first bad ones
    std::uint64_t lone_surrogates = 0; // of texts; each becomes U+FFFD
    std::uint64_t future_as_of = 0;    // records that count as of now instead
    std::string misspelt_as_of;        // of its own name; empty: none
    // That HubSpot does not document, some of them: with the number of their records.
    std::map<std::string, std::uint64_t> unknown_fields;
    std::optional<followed_file> followed; // when that was asked for and it was queued
};

struct submit_how {
    hubspool::lane lane = hubspool::lane::live;
    bool follow = false;
    bool check_only = false; // nothing is put into the queue, which need not be there
    // When its records were so; nothing: as its own name says, if it does.
    std::optional<as_of_ms> as_of = {};
};

// A failure of code ENOSPC or EDQUOT: the queue has no room now. Other failures: the file cannot be
// read, is no JSON, or the queue cannot be written. Bad records are no failure: `name` is empty
// then, when there was none, and when it is only checked.
result<submitted_file> submit_file(const std::string& file, const settings& options,
                                   submit_how how = {});
// The same of what is in memory; `name`, or its ending alone, tells a table (changes.csv).
result<submitted_file> submit_text(std::string_view text, const std::string& name,
                                   const settings& options, const submit_how& how = {});

} // namespace hubspool
