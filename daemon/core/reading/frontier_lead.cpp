#include "core/reading/frontier_lead.hpp"

#include "core/reading/likely_text.hpp"

#include <algorithm>
#include <limits>

namespace hubspool {

std::optional<arrival> frontier_lead::ask(arrival upto, std::uint64_t size,
                                          const reading_list& waiting) {
    // What was asked for covers it still.
    if (upto <= asked_ && upto.file < ask_from_) return std::nullopt;
    ask_from_ = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t unread = size > upto.place ? size - upto.place : 0;
    // A large file takes up the whole lead by itself.
    const arrival wanted = unread > bytes_ahead ? arrival{upto.file, upto.place + bytes_ahead}
                                                : over_what_waits(upto, unread, waiting);
    if (wanted <= asked_) return std::nullopt;
    asked_ = wanted;
    return wanted;
}

// The end of the file at hand, and of those behind it while the sum stays small.
arrival frontier_lead::over_what_waits(arrival upto, std::uint64_t unread,
                                       const reading_list& waiting) {
    arrival wanted = end_of_file(upto.file);
    std::size_t files = 0;
    bool covers_all = waiting.knows_all();
    for (const file_to_read& next : waiting.files()) {
        unread += likely_text_bytes(next.file.name, next.file.size);
        if (unread > bytes_ahead || ++files > files_ahead) {
            covers_all = false;
            break;
        }
        wanted = end_of_file(next.file.number);
    }
    // Also some numbers that are not given yet, asked for anew when half of them are: an object
    // that gets a record in file after file would else always wait for the next commit.
    if (covers_all) {
        ask_from_ = wanted.file + numbers_ahead / 2;
        wanted = end_of_file(wanted.file + numbers_ahead);
    }
    large_files_above_ = std::max(wanted, asked_).file;
    return wanted;
}

} // namespace hubspool
