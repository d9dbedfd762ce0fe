#include "cli/letters/letter_words.hpp"

#include "base/json_writer.hpp"
#include "core/json/json_lookup.hpp"

#include <algorithm>
#include <array>

namespace hubspool {

namespace {

struct advice {
    std::string_view category; // or its beginning
    std::string_view words;
};
constexpr std::string_view unknown_end =
    "HubSpot's answer does not tell what became of it: look at the event in HubSpot, then submit "
    "the record, or drop it";
constexpr std::string_view perhaps_older =
    "look at the event in HubSpot: if these values are wanted there, submit them as a new record, "
    "without as_of; else drop it";
constexpr std::array known{
    advice{"decode", "repair the record as the reason says, and submit it"},
    advice{"VALIDATION_ERROR",
           "mend the value, or make the property in HubSpot, then submit the record"},
    advice{"OBJECT_NOT_FOUND",
           "HubSpot has no event of this id: check the id and the account; submit the record when "
           "the event is there, else drop it"},
    advice{"not_stored",
           "HubSpot took the request without this property: make it in HubSpot, or mend its name, "
           "then submit the record"},
    advice{"too_late", perhaps_older},
    advice{"in_doubt", perhaps_older},
    advice{"http_413", "HubSpot finds it too large: submit it in parts"},
    advice{"http_5", "HubSpot failed on this record alone each time: submit it later; when it dies "
                     "again, ask HubSpot with the correlation id"},
    advice{"unattributed", unknown_end},
    advice{"not_json", unknown_end},
    advice{"empty_answer", unknown_end},
};

// The newest that has one.
std::string_view reference_of(const dead_letter& letter) {
    const auto found = std::find_if(letter.records.rbegin(), letter.records.rend(),
                                    [](const auto& record) { return !record.reference.empty(); });
    return found == letter.records.rend() ? std::string_view() : found->reference;
}

} // namespace

std::string_view letter_advice(std::string_view category) {
    for (const advice& one : known) {
        if (category.starts_with(one.category)) return one.words;
    }
    return "mend what the reason says, and submit the record; or drop it";
}

std::optional<std::string> input_of(const dead_letter& letter) {
    if (!is_json_object(letter.content)) return std::nullopt;
    std::string line = letter.content;
    // In JSON a raw line break is white space.
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    const std::string_view reference = reference_of(letter);
    // What was found while reading stands there as it came, its own "$hubspool" included.
    const bool is_raw = letter.batch == 0;
    if (reference.empty() || (is_raw && line.find("\"$hubspool\"") != std::string::npos))
        return line;
    json_writer json;
    json.begin_object().key("$hubspool").begin_object().key("id").value(reference);
    json.end_object().end_object();
    // Its one member becomes the last one of the record.
    const std::string member = json.text().substr(1, json.text().size() - 2);
    const std::size_t closing = line.rfind('}');
    const bool has_members = line.find('"') < closing;
    line.insert(closing, (has_members ? "," : "") + member);
    return line;
}

} // namespace hubspool
