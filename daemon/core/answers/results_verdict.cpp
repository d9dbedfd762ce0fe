// The rows of 2xx: who is named in `results`, who in `errors`.
#include "core/answers/answer_text.hpp"
#include "core/answers/echo_check.hpp"
#include "core/answers/judgement.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace hubspool {

namespace {

constexpr std::size_t unknown_results_max = 100; // kept for the log

// A record's own fault by HubSpot's word; any other category may pass with time.
bool is_final(const answer_error& error) {
    return error.category == "OBJECT_NOT_FOUND" || error.category == "VALIDATION_ERROR";
}

// Of two errors about one input the final one counts: time will not mend it. Else the first.
bool counts_more(const answer_error& error, const answer_error* known) {
    return known == nullptr || (is_final(error) && !is_final(*known));
}

// The results by their ids, each asked for once. Of doubled results the first counts.
class results_by_id {
public:
    explicit results_by_id(const std::vector<answer_result>& results) : results_(results) {}

    // As long as the results come in the order in which they are asked for, the next one is the
    // first of its id: all before it are others'. HubSpot does not promise that order.
    const answer_result* find(std::string_view id) {
        // In the order of the request, as answers mostly come: no table is made.
        if (in_order_ < results_.size() && results_[in_order_].object_id == id)
            return &results_[in_order_++];
        // One step out of order ends the short way for the rest of this answer.
        in_order_ = results_.size();
        if (slots_.empty()) index();
        return slots_[place_of(id)];
    }

private:
    // One table of at least twice as many slots, each entry in the next free one: a node for each
    // result would cost an allocation each.
    void index() {
        slots_.resize(std::bit_ceil(2 * results_.size() + 1));
        for (const answer_result& result : results_) {
            // Of doubled results the first counts: place_of() finds it.
            const answer_result*& slot = slots_[place_of(result.object_id)];
            if (slot == nullptr) slot = &result;
        }
    }
    std::size_t place_of(std::string_view id) const {
        std::size_t at = std::hash<std::string_view>{}(id) % slots_.size();
        while (slots_[at] != nullptr && slots_[at]->object_id != id) at = (at + 1) % slots_.size();
        return at;
    }

    const std::vector<answer_result>& results_;
    std::size_t in_order_ = 0;
    std::vector<const answer_result*> slots_;
};

// Who is named where; views into the body.
struct attribution {
    results_by_id results;
    std::unordered_map<std::string_view, const answer_error*> named;
    std::unordered_map<std::string_view, const answer_error*> hinted;
    const answer_error* unnamed = nullptr; // the error that names nobody, if there is one

    explicit attribution(const answer_body& body) : results(body.results) {
        for (const answer_error& error : body.errors) {
            // An error that names nobody explains inputs that were left out.
            if (error.names_nobody && counts_more(error, unnamed)) unnamed = &error;
            for (const std::string& id : error.hinted) hinted.emplace(id, &error);
            for (const std::string& id : error.named) {
                const answer_error*& known = named[id];
                if (counts_more(error, known)) known = &error;
            }
        }
    }
};

template <class Map>
auto find(const Map& map, std::string_view id) -> typename Map::mapped_type {
    const auto found = map.find(id);
    return found == map.end() ? nullptr : found->second;
}

input_verdict blamed(const judgement& j, input_fate fate, const answer_error& error) {
    input_verdict verdict{fate, error.category, error.words};
    if (verdict.category.empty()) verdict.category = "http_" + std::to_string(j.response.status);
    if (verdict.words.empty()) verdict.words = "HubSpot named it in `errors`, without a message";
    return verdict;
}

input_verdict left_out(const judgement& j, const attribution& errors) {
    input_verdict verdict{input_fate::suspect, std::string(reason_unattributed),
                          "HubSpot's answer (" + std::to_string(j.response.status) +
                              ") names it neither in `results` nor in `errors`"};
    std::string said;
    // The only input: whatever was said is about it.
    if (j.alone())
        said = j.body.whole.words;
    else if (errors.unnamed != nullptr)
        said = errors.unnamed->words;
    if (!said.empty())
        verdict.words = clean_text(verdict.words + "; it says: " + said, words_bytes_max);
    return verdict;
}

input_verdict judge_input(const judgement& j, const attribution& errors, std::string_view id,
                          bool in_results) {
    // Named by an error: what `results` say beside it makes a contradiction, not a delivery.
    if (const answer_error* error = find(errors.named, id)) {
        // Whatever may pass kills nobody without a control, in `results` or not.
        if (!is_final(*error)) return blamed(j, input_fate::solo, *error);
        return blamed(j, in_results ? input_fate::contradicted : input_fate::dead, *error);
    }
    if (in_results) return {input_fate::delivered, {}, {}};
    if (j.alone()) {
        if (errors.unnamed == nullptr) return left_out(j, errors);
        // The error can be about nothing else than the one input; but it may pass.
        return blamed(j, is_final(*errors.unnamed) ? input_fate::dead : input_fate::suspect,
                      *errors.unnamed);
    }
    // Quoted somewhere in an error: alone it will be seen whether it is at fault.
    if (const answer_error* error = find(errors.hinted, id))
        return blamed(j, input_fate::solo, *error);
    return left_out(j, errors);
}

void check_echo(judgement& j, const answer_result& result, std::size_t input) {
    const sent_input& sent = j.inputs[input];
    const auto echo = j.body.echo_of(result);
    // No list in the result: HubSpot may leave it out, which says nothing.
    if (sent.fields == nullptr || !echo) return;
    const auto missing = missing_from_echo(*sent.fields, *echo);
    for (const std::string& property : missing)
        j.verdict.missing_echoes.push_back({input, property});
    if (missing.empty() || !j.options.echo_is_required) return;
    j.verdict.inputs[input] = {
        input_fate::dead, std::string(reason_not_stored),
        clean_text("HubSpot answered that the event was updated, but its answer does not show the "
                   "custom property \"" +
                       missing.front() + "\": does it exist in this account?",
                   words_bytes_max)};
}

void note_unknown_results(judgement& j) {
    // Each stranger is told once; what was sent is known from the start.
    std::unordered_set<std::string_view> known; // sent, or noted
    for (const sent_input& input : j.inputs) known.insert(input.object_id);
    for (const answer_result& result : j.body.results) {
        if (j.verdict.unknown_results.size() == unknown_results_max) return;
        if (!known.insert(result.object_id).second) continue;
        j.verdict.unknown_results.push_back(clean_text(result.object_id, name_bytes_max));
    }
}

void attribute(judgement& j) {
    attribution errors(j.body);
    std::size_t found = 0;
    for (std::size_t i = 0; i < j.inputs.size(); ++i) {
        const std::string_view id = j.inputs[i].object_id;
        const answer_result* const result = errors.results.find(id);
        // Counted by results found, so that the usual answer needs no search for strangers.
        if (result != nullptr) ++found;
        j.verdict.inputs[i] = judge_input(j, errors, id, result != nullptr);
        const bool delivered = j.verdict.inputs[i].fate == input_fate::delivered;
        if (delivered && (j.options.look_at_echo || j.options.echo_is_required))
            check_echo(j, *result, i);
    }
    // Something is in the answer that was not sent: it is logged, and never taken for a delivery.
    if (found < j.body.results.size()) note_unknown_results(j);
    // About other objects altogether: as good as no answer.
    const bool about_others = found == 0 && j.body.errors.empty() && !j.inputs.empty();
    // Nothing was done, nobody is meant more than the others, and it may pass: as a 5xx.
    const bool about_all =
        found == 0 && !j.inputs.empty() && errors.unnamed != nullptr &&
        !is_final(*errors.unnamed) &&
        std::all_of(j.verdict.inputs.begin(), j.verdict.inputs.end(),
                    [](const input_verdict& each) { return each.fate == input_fate::suspect; });
    j.verdict.doubtful = j.verdict.outage = about_others || about_all;

    j.verdict.passing = std::any_of(j.body.errors.begin(), j.body.errors.end(),
                                    [](const answer_error& each) { return !is_final(each); });

    // The batch's row has one reason: that of the first input that was not delivered.
    const auto failed =
        std::find_if(j.verdict.inputs.begin(), j.verdict.inputs.end(),
                     [](const input_verdict& each) { return each.fate != input_fate::delivered; });
    j.verdict.reason = failed == j.verdict.inputs.end() ? std::string() : failed->category;
    if (j.verdict.words.empty() && failed != j.verdict.inputs.end())
        j.verdict.words = failed->words;
}

void inconclusive(judgement& j, std::string_view reason, std::string words) {
    j.verdict.reason = reason;
    j.verdict.words = std::move(words);
    in_doubt(j);
}

} // namespace

void judge_results(judgement& j) {
    const std::string status = std::to_string(j.response.status);
    // Of the schema's four statuses only COMPLETE says that it is done.
    const bool complete = j.body.status.empty() || j.body.status == "COMPLETE";
    // RFC 7231 section 6.3.3: 202 says that the work is not done yet. PENDING, PROCESSING and
    // CANCELED say so of a batch; a status that is not known here is no better.
    j.verdict.may_still_land = !complete || (j.response.status == 202 && j.body.status.empty());

    if (!j.body.is_json_object) {
        // A captive portal's page, most likely.
        inconclusive(j, reason_not_json, words_of_a_stranger(j));
    } else if (j.body.results.empty() && j.body.errors.empty() && complete) {
        // Seen for a body without `inputs`: COMPLETE, and nothing was done.
        inconclusive(j, reason_empty_answer,
                     status + " with neither `results` nor `errors`" +
                         (j.verdict.words.empty() ? "" : "; it says: " + j.verdict.words));
    } else if (!complete) {
        inconclusive(j, j.body.status,
                     status + " with status " + j.body.status + " instead of COMPLETE");
        j.verdict.no_backoff = false; // it may be at work on it
    } else {
        attribute(j);
    }
}

} // namespace hubspool
