// The rows of 400, 409 and 422: nothing was written, and one input may be the cause.
#include "core/answers/judgement.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace hubspool {

namespace {

constexpr int conflict = 409;

// Views into the body.
struct blame {
    std::unordered_map<std::string_view, const answer_error*> named;
    std::unordered_set<std::string_view> hinted;
    std::unordered_set<std::string_view> properties;

    explicit blame(const answer_body& body) {
        // The inner errors first: their words are about fewer inputs.
        for (const answer_error& error : body.errors) add(error);
        add(body.whole);
    }

private:
    void add(const answer_error& error) {
        for (const std::string& id : error.named) named.emplace(id, &error);
        hinted.insert(error.hinted.begin(), error.hinted.end());
        properties.insert(error.properties.begin(), error.properties.end());
    }
};

bool carries_any(const sent_input& input, const std::unordered_set<std::string_view>& names) {
    if (input.fields == nullptr) return false;
    bool found = false;
    input.fields->for_each(
        [&](const field& f, std::uint32_t) { found = found || names.contains(f.name); });
    return found;
}

// Gives `fate` to the inputs of `who` and `again` to the rest, if they are some and not all: else
// the answer says nothing about who it was, and halving has to find out.
bool blame_some(judgement& j, const std::vector<bool>& who, input_fate fate) {
    const auto count = std::count(who.begin(), who.end(), true);
    if (count == 0 || static_cast<std::size_t>(count) == who.size()) return false;
    for (std::size_t i = 0; i < who.size(); ++i) {
        j.verdict.inputs[i].fate = who[i] ? fate : input_fate::again;
    }
    return true;
}

void judge_alone(judgement& j) {
    // Without a word of HubSpot's there is no reason to give: such an answer kills nobody.
    const bool said = !j.body.whole.category.empty() || !j.body.whole.words.empty();
    const bool dead = said && j.response.status != conflict;
    j.all(dead ? input_fate::dead : input_fate::suspect);
    // There is nobody left to be isolated from: what may pass (409: a conflict) needs time.
    j.verdict.no_backoff = dead;
}

void judge_batch(judgement& j) {
    // Two ways to be meant: by id, or by carrying a property that the answer names.
    const blame to(j.body);
    std::vector<bool> named, carrying;
    for (const sent_input& input : j.inputs) {
        named.push_back(to.named.contains(input.object_id));
        carrying.push_back(carries_any(input, to.properties));
    }
    j.all(input_fate::suspect);
    // Those named are dead with the words of their own error; the others are innocent and go again.
    // A conflict may pass: alone it will be seen, against a control.
    const bool passes = j.response.status == conflict;
    if (blame_some(j, named, passes ? input_fate::solo : input_fate::dead)) {
        for (std::size_t i = 0; i < j.inputs.size(); ++i) {
            if (!named[i]) continue;
            const answer_error& error = *to.named.at(j.inputs[i].object_id);
            if (!error.category.empty()) j.verdict.inputs[i].category = error.category;
            if (!error.words.empty()) j.verdict.inputs[i].words = error.words;
        }
        return;
    }
    // A property may be at fault in one record only, so its carriers are suspect and not dead.
    blame_some(j, carrying, input_fate::suspect);
    for (std::size_t i = 0; i < j.inputs.size(); ++i) {
        input_fate& fate = j.verdict.inputs[i].fate;
        // An id in a message is a hint: alone it will be seen.
        if (fate == input_fate::suspect && to.hinted.contains(j.inputs[i].object_id)) {
            fate = input_fate::solo;
        }
    }
}

} // namespace

void judge_refusal(judgement& j) {
    // A refusal is conclusive: nothing was written, and isolation need not wait.
    j.verdict.no_backoff = true;
    j.verdict.passing = j.response.status == conflict && is_hubspots_own(j);
    if (!is_hubspots_own(j)) {
        // Whatever its words: a gateway's must not lower a cap, which holds as long as the process.
        in_doubt(j);
    } else if (j.body.max_inputs) {
        j.verdict.max_inputs = j.body.max_inputs;
        // A batch within the cap that it is refused for would be sent again as it is, for ever.
        const bool over = j.inputs.size() > *j.body.max_inputs;
        j.verdict.reason = "max_inputs";
        j.verdict.no_backoff = over || !j.alone();
        j.all(over ? input_fate::again : input_fate::suspect);
    } else if (j.body.duplicate_ids && j.alone()) {
        // Alone there are no duplicates, so the words mean something else, or are wrong: a control
        // tells. Never charged, it would be asked again for ever.
        j.verdict.no_backoff = false;
        j.all(input_fate::suspect);
    } else if (j.body.duplicate_ids) {
        j.verdict.duplicate_ids = true;
        j.verdict.reason = "duplicate_ids";
        j.all(input_fate::again);
    } else if (j.alone()) {
        judge_alone(j);
    } else {
        judge_batch(j);
    }
}

} // namespace hubspool
