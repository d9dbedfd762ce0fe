#include "cli/letters/letter_words.hpp"

#include "cli/explain/reason_table.hpp"
#include "cli/printing.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

namespace hubspool {

std::string_view letter_advice(std::string_view category) {
    const reason_entry* const known = find_reason(reason_kind::dead_letter, category);
    return known != nullptr ? known->remedy : "mend what the reason says, then `retry`; or drop it";
}

std::string letter_course(const kept_dead_letter& kept) {
    if (kept.struck && kept.again)
        return fmt::format("died again at {}, as {}:{}", shown_time(*kept.struck), kept.again->file,
                           kept.again->place);
    if (kept.struck && kept.struck_batch == 0)
        return fmt::format("struck at {}: HubSpot had newer values", shown_time(*kept.struck));
    if (kept.struck)
        return fmt::format("struck at {}: delivered or superseded, at last in batch {}",
                           shown_time(*kept.struck), kept.struck_batch);
    std::string course;
    if (kept.held) course = fmt::format("held since {}", shown_time(*kept.held));
    if (kept.retried)
        course += fmt::format("{}sent once more at {} as {}, and not settled since",
                              course.empty() ? "" : "; ", shown_time(*kept.retried),
                              printable(kept.retry_name));
    if (kept.again)
        course += fmt::format("{}a part of it died again, as {}:{}", course.empty() ? "" : "; ",
                              kept.again->file, kept.again->place);
    return course;
}

} // namespace hubspool
