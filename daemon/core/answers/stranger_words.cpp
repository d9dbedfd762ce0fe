// Answers that are not HubSpot's own: their words, and the doubt they leave.
#include "core/answers/answer_text.hpp"
#include "core/answers/judgement.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace hubspool {

namespace {

constexpr std::size_t shown_bytes_max = 160;
constexpr std::size_t looked_at_max = 64U << 10; // of a page, for its title and text

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// What stands between the first tag `name` and its end; nothing without it.
std::string_view inside(std::string_view page, std::string_view lowered, std::string_view name) {
    // Pages write tags in any case, so the search is in lower case and the text in the page's own.
    const std::size_t tag = lowered.find(name);
    if (tag == std::string_view::npos) return {};
    const std::size_t begin = lowered.find('>', tag);
    if (begin == std::string_view::npos) return {};
    const std::size_t end = std::min(lowered.find("</", begin), page.size());
    return page.substr(begin + 1, end - begin - 1);
}

// Without tags, scripts and styles, each run of white space one blank.
std::string plain(std::string_view page) {
    const std::string lowered = lower(page);
    std::string out;
    for (std::size_t at = 0; at < page.size() && out.size() <= shown_bytes_max;) {
        // Scripts and styles hold text that no reader sees.
        if (page[at] == '<') {
            std::string_view end = ">";
            if (lowered.compare(at, 7, "<script") == 0) end = "</script>";
            if (lowered.compare(at, 6, "<style") == 0) end = "</style>";
            const std::size_t closed = lowered.find(end, at);
            // A tag that is never closed: what follows is no text.
            if (closed == std::string::npos) break;
            at = closed + end.size();
        } else if (std::isspace(static_cast<unsigned char>(page[at])) == 0) {
            out.push_back(page[at++]);
            continue;
        } else {
            ++at;
        }
        // A tag parts words as white space does.
        if (!out.empty() && out.back() != ' ') out.push_back(' ');
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// A page's title, else its text; of anything else the text.
std::string excerpt(std::string_view body) {
    const std::string_view page = body.substr(0, looked_at_max);
    std::string text = plain(inside(page, lower(page), "<title"));
    if (text.empty()) text = plain(page);
    return clean_text(text, shown_bytes_max);
}

std::string with_excerpt(std::string words, const std::string& body) {
    const std::string said = excerpt(body);
    return said.empty() ? words : words + ": \"" + said + "\"";
}

} // namespace

// The type says what a person may be looking at: a login page, a proxy's error, a cut transfer.
std::string words_without_json(const api_response& response) {
    std::string_view type = response.content_type;
    type = type.substr(0, type.find(';'));
    std::string words = std::to_string(response.status) + " with ";
    if (response.body.empty()) return words + "an empty body instead of JSON";
    if (type.find("json") != std::string_view::npos)
        words += "broken or cut JSON";
    else if (type.empty())
        words += "something without a content type instead of JSON";
    else
        words += clean_text(type, name_bytes_max) + " instead of JSON";
    words += " (" + std::to_string(response.body.size()) + " bytes)";
    return with_excerpt(std::move(words), response.body);
}

std::string words_of_a_stranger(const judgement& j) {
    const std::string words =
        j.body.is_json_object
            ? with_excerpt(std::to_string(j.response.status) + " with JSON that is not HubSpot's",
                           j.response.body)
            : words_without_json(j.response);
    return words + "; it was not HubSpot that answered";
}

void in_doubt(judgement& j) {
    constexpr int refusals_from = 300; // of a success there is more to say
    const bool refused =
        j.response.end == exchange_end::answered && j.response.status >= refusals_from;
    // Words of a gateway are shown as such: nobody should look for them at HubSpot.
    if (refused && !is_hubspots_own(j)) j.verdict.words = words_of_a_stranger(j);
    j.verdict.doubtful = j.verdict.outage = true;
    // With others beside it halving goes on at once; alone there is nothing left to halve.
    j.verdict.no_backoff = !j.alone();
    j.all(input_fate::suspect);
}

} // namespace hubspool
