// Which dead letters are meant: a filter of the command line, and ids as `list` prints them. Pure.
#pragma once

#include "core/words/arrival.hpp"
#include "core/words/time.hpp"
#include "state/letters/dead_letter_rows.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

using file_names = std::map<std::uint64_t, std::string>; // by number

// All that is set must hold.
struct letter_filter {
    std::string category = {};  // the whole of it, in any case
    std::string reason = {};    // stands in category or reason, in any case
    std::string object_id = {}; // 0042 is 42
    std::string file = {};      // name or number, of any of its records
    std::optional<wall_time> since = {}, until = {};
    bool held = false; // only those that are

    bool empty() const;
    bool matches(const kept_dead_letter& kept, const file_names& names) const;
};

// FILE:OFFSET. It stays the same as long as the letter is there.
std::string id_of(const dead_letter& letter);
std::string id_text(const arrival& at);
// Nothing: it is no id.
std::optional<arrival> parse_letter_id(std::string_view text);

// "" when the file's row is gone.
std::string name_of(std::uint64_t file, const file_names& names);
// In the books.
std::uint64_t records_of(const dead_letter& letter);

} // namespace hubspool
