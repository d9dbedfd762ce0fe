#include "simulator/fault_plan.hpp"

#include <fmt/format.h>

#include <charconv>

namespace hubspool::simulator {

namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end && number >= Number{};
}

bool read_milliseconds(std::string_view text, milliseconds& value) {
    std::int64_t count = 0;
    if (!read_number(text, count)) return false;
    value = milliseconds(count);
    return true;
}

void answers(fault& rule, fault::reply answer, bool applied) {
    rule.answer = answer;
    rule.applied = applied;
}

bool read_flag(fault& rule, std::string_view word) {
    if (word == "empty-results")
        answers(rule, fault::reply::empty_results, false);
    else if (word == "pending")
        answers(rule, fault::reply::pending, true);
    else if (word == "cut-before-apply" || word == "cut")
        answers(rule, fault::reply::cut, false);
    else if (word == "cut-unread")
        answers(rule, fault::reply::cut_unread, false);
    else if (word == "cut-after-apply")
        answers(rule, fault::reply::cut, true);
    else if (word == "truncate")
        answers(rule, fault::reply::truncated, true);
    else if (word == "always")
        rule.always = true;
    else
        return false;
    return true;
}

std::optional<fault::reply> reply_with_status(std::string_view name) {
    if (name == "status") return fault::reply::status;
    if (name == "html") return fault::reply::html;
    if (name == "redirect") return fault::reply::redirect;
    if (name == "no-category") return fault::reply::no_category;
    if (name == "other-json") return fault::reply::other_json;
    if (name == "strangers") return fault::reply::strangers;
    return std::nullopt;
}

bool read_text(std::string_view value, std::string& text) {
    text = value;
    return !text.empty();
}

bool read_setting(fault& rule, std::string_view name, std::string_view value) {
    if (name == "every") return read_number(value, rule.every) && rule.every > 0;
    if (name == "rate") return read_number(value, rule.rate) && rule.rate <= 1;
    if (name == "stall-ms") return read_milliseconds(value, rule.stall);
    if (name == "late-ms") return read_milliseconds(value, rule.late.emplace());
    if (name == "retry-after") return read_text(value, rule.retry_after);
    if (name == "contains") return read_text(value, rule.contains);
    const auto answer = reply_with_status(name);
    if (!answer) return false;
    answers(rule, *answer, false);
    return read_number(value, rule.status) && rule.status >= 200 && rule.status <= 599;
}

bool may_be_late(fault::reply answer) {
    return answer == fault::reply::cut || answer == fault::reply::status ||
           answer == fault::reply::html || answer == fault::reply::pending;
}

int times_said_when(const fault& rule) {
    return (rule.every != 0) + (rule.rate != 0) + rule.always + !rule.contains.empty();
}

} // namespace

result<fault> parse_fault(std::string_view rule) {
    fault made;
    std::string_view rest = rule;
    while (!rest.empty()) {
        const auto word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        const auto equals = word.find('=');
        const bool understood =
            equals == std::string_view::npos
                ? read_flag(made, word)
                : read_setting(made, word.substr(0, equals), word.substr(equals + 1));
        if (!understood) return failure{fmt::format("fault '{}': cannot read '{}'", rule, word)};
    }
    if (times_said_when(made) != 1)
        return failure{fmt::format(
            "fault '{}': needs one of every=N, rate=P, contains=TEXT and always", rule)};
    if (made.answer == fault::reply::cut_unread && !made.always && made.contains.empty())
        return failure{fmt::format("fault '{}': cut-unread needs contains or always", rule)};
    if (made.answer == fault::reply::normal && made.stall == milliseconds(0))
        return failure{fmt::format("fault '{}': says when, but not what goes wrong", rule)};
    if (made.late && (made.always || !may_be_late(made.answer)))
        return failure{fmt::format(
            "fault '{}': late-ms needs cut, status, html or pending, and not always", rule)};
    return made;
}

void fault_plan::set(std::vector<fault> rules) {
    rules_ = std::move(rules);
    requests_ = 0;
}

bool fault_plan::due(const fault& rule, std::string_view body) {
    if (rule.always) return false; // that was asked at the door
    if (!rule.contains.empty()) return body.find(rule.contains) != std::string_view::npos;
    if (rule.every != 0) return requests_ % rule.every == 0;
    return std::uniform_real_distribution<double>(0, 1)(random_) < rule.rate;
}

const fault* fault_plan::at_the_door() const {
    for (const auto& rule : rules_)
        if (rule.always) return &rule;
    return nullptr;
}

const fault* fault_plan::next(std::string_view body) {
    ++requests_;
    for (const auto& rule : rules_)
        if (due(rule, body)) return &rule;
    return nullptr;
}

const fault* fault_plan::unread(std::string_view body) const {
    for (const auto& rule : rules_) {
        if (rule.answer != fault::reply::cut_unread) continue;
        const bool seen = !rule.contains.empty() && body.find(rule.contains) != body.npos;
        if (rule.always || seen) return &rule;
    }
    return nullptr;
}

} // namespace hubspool::simulator
