// The dead letters that a command is about, found in one pass over all of them.
#pragma once

#include "cli/commands/commands.hpp"
#include "cli/letters/letter_filter.hpp"
#include "state/letters/dead_letter_box.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hubspool {

// How many there are, by category.
class letter_counts {
public:
    void add(const dead_letter& letter);
    std::uint64_t letters() const { return letters_; }
    std::uint64_t records() const { return records_; }
    const std::map<std::string, std::uint64_t>& by_category() const { return by_category_; }
    // "VALIDATION_ERROR 300, decode 50", the most frequent first.
    std::string text() const;

private:
    std::uint64_t letters_ = 0, records_ = 0;
    std::map<std::string, std::uint64_t> by_category_;
};

struct letter_selection {
    std::vector<std::uint64_t> rows; // from old to new
    letter_counts counts;
    std::uint64_t held = 0; // that were left out, since a person has them in hand
};

enum class letters_of : std::uint8_t {
    open,
    struck, // which got a fate once more
    both,   // all but what was dropped
};

// Bounded memory: eight bytes a letter.
result<letter_selection> select_letters(dead_letter_box& box,
                                        const std::function<bool(const kept_dead_letter&)>& wanted,
                                        letters_of which = letters_of::open);

// Calls back with each as it is now, without holding up the daemon's log of changes while it is
// printed; what was dropped meanwhile is left out.
result<void> each_letter(dead_letter_box& box, const std::vector<std::uint64_t>& rows,
                         const std::function<void(const kept_dead_letter&)>& visit);

// Becomes the state's owner and opens it. ENOENT: hubspool has not run with it yet.
result<dead_letter_box> open_letters(const command_context& context, dead_letter_box::access how);

} // namespace hubspool
