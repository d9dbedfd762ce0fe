#include "cli/arrivals_report.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "config/units.hpp"
#include "spool/arrivals/skipped_name.hpp"

#include <fmt/core.h>

namespace hubspool {

arrivals_words words_of(const queue_backlog& arrivals) {
    arrivals_words words;
    // Each sentence has its remedy, and is empty when there is nothing to tell.
    if (arrivals.blocked_files > 0)
        words.blocked =
            fmt::format("{} ({}) that hubspool may not take: {}",
                        counted(arrivals.blocked_files, "file"), size_text(arrivals.blocked_bytes),
                        summary_of(arrivals.blocked, arrivals.blocked_files));
    if (arrivals.left_alone > 0)
        words.left_alone = fmt::format("{} in new/ and bulk/, by their names (uploads under way, "
                                       "markers), the oldest since {}",
                                       counted(arrivals.left_alone, "file"),
                                       shown_time(*arrivals.left_alone_since));
    if (arrivals.unfinished_files > 0)
        words.unfinished = fmt::format(
            "{} ({}) in tmp/, the oldest since {}: their producers ended before the rename; rename "
            "into new/ what is whole, and delete the rest",
            counted(arrivals.unfinished_files, "file"), size_text(arrivals.unfinished_bytes),
            shown_time(*arrivals.unfinished_since));
    return words;
}

void put_arrivals(json_writer& json, const queue_backlog& arrivals) {
    // Always the same keys, so that scripts need not ask which are there.
    json.key("blocked").begin_object().key("files").value(arrivals.blocked_files);
    json.key("bytes").value(arrivals.blocked_bytes).key("first");
    if (arrivals.blocked.empty()) {
        json.null();
    } else {
        json.begin_object().key("path").value(arrivals.blocked.front().path);
        json.key("why").value(arrivals.blocked.front().why).end_object();
    }
    json.end_object().key("left_alone_files").value(arrivals.left_alone);
    json.key("unfinished").begin_object().key("files").value(arrivals.unfinished_files);
    json.key("bytes").value(arrivals.unfinished_bytes).key("oldest");
    arrivals.unfinished_since ? json.value(iso_time(*arrivals.unfinished_since)) : json.null();
    json.end_object();
}

} // namespace hubspool
