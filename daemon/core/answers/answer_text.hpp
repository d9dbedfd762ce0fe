// What can be taken from the words of an answer, and how much of them is kept.
// Pure. Any bytes are valid input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

inline constexpr std::size_t words_bytes_max = 1000; // of a message for a person
inline constexpr std::size_t name_bytes_max = 100;   // of a category, a status, an id of theirs

// A server's text as it may stand in a log, a terminal and the database: valid UTF-8, with blanks
// for control characters. It is cut between characters to `bytes_max` bytes (at least 3); a cut
// ends in an ellipsis.
std::string clean_text(std::string_view text, std::size_t bytes_max);

// N of "The maximum number of inputs supported in a batch is N", in any wording with that stem;
// nothing unless N is within 1 and 10,000. Only words before the first quote or bracket count, here
// and below: what follows may be an echo of a record's values, and a record must not steer us.
std::optional<std::uint32_t> max_inputs_in(std::string_view message);
// "Duplicate IDs found in batch input: [...]".
bool tells_duplicate_ids(std::string_view message);

// The whole words that stand in quotes ("5", '5', `5`) or in a bracketed list ([5, 6]). A number in
// the running text ("is 100.") is none: it is more likely a limit than an id.
std::vector<std::string_view> quoted_words(std::string_view message);

} // namespace hubspool
