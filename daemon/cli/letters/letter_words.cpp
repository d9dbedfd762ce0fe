#include "cli/letters/letter_words.hpp"

#include "cli/printing.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <array>

namespace hubspool {

namespace {

struct advice {
    std::string_view category; // or its beginning
    std::string_view words;
};
constexpr std::string_view unknown_end =
    "HubSpot's answer does not tell what became of it: look at the event in HubSpot, then `retry`, "
    "or drop it";
constexpr std::string_view perhaps_older =
    "look at the event in HubSpot: if these values are wanted there, `retry --as-newest`; else "
    "drop it";
constexpr std::array known{
    advice{"decode", "`export` it, repair it as the reason says, and `submit` it"},
    advice{"VALIDATION_ERROR",
           "make the property in HubSpot, then `retry`; or `retry` with --set or "
           "--rename-property"},
    advice{"OBJECT_NOT_FOUND",
           "HubSpot has no event of this id: check the id and the account; `retry` when the event "
           "is there, else drop it"},
    advice{"not_stored",
           "HubSpot took the request without this property: make it in HubSpot, then `retry`; or "
           "`retry --rename-property`"},
    advice{"too_late", perhaps_older},
    advice{"in_doubt", perhaps_older},
    advice{"http_413", "HubSpot finds it too large: `export` it, and `submit` it in parts"},
    advice{"http_5", "HubSpot failed on this record alone each time: `retry` later; when it dies "
                     "again, ask HubSpot with the correlation id"},
    advice{"unattributed", unknown_end},
    advice{"not_json", unknown_end},
    advice{"empty_answer", unknown_end},
};

} // namespace

std::string_view letter_advice(std::string_view category) {
    for (const advice& one : known) {
        if (category.starts_with(one.category)) return one.words;
    }
    return "mend what the reason says, then `retry`; or drop it";
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
