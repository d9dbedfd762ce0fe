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
    else if (word == "cut-after-apply")
        answers(rule, fault::reply::cut, true);
    else if (word == "truncate")
        answers(rule, fault::reply::truncated, true);
    else
        return false;
    return true;
}

bool read_setting(fault& rule, std::string_view name, std::string_view value) {
    if (name == "every") return read_number(value, rule.every) && rule.every > 0;
    if (name == "rate") return read_number(value, rule.rate) && rule.rate <= 1;
    if (name == "stall-ms") return read_milliseconds(value, rule.stall);
    if (name == "late-ms") return read_milliseconds(value, rule.late.emplace());
    if (name == "retry-after") {
        rule.retry_after = value;
        return true;
    }
    if (name != "status" && name != "html") return false;
    answers(rule, name == "html" ? fault::reply::html : fault::reply::status, false);
    return read_number(value, rule.status) && rule.status >= 200 && rule.status <= 599;
}

bool may_be_late(fault::reply answer) {
    return answer == fault::reply::cut || answer == fault::reply::status ||
           answer == fault::reply::html || answer == fault::reply::pending;
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
    if ((made.every != 0) == (made.rate != 0))
        return failure{fmt::format("fault '{}': needs either every=N or rate=P", rule)};
    if (made.answer == fault::reply::normal && made.stall == milliseconds(0))
        return failure{fmt::format("fault '{}': says when, but not what goes wrong", rule)};
    if (made.late && !may_be_late(made.answer))
        return failure{fmt::format("fault '{}': late-ms needs cut, status, html or pending", rule)};
    return made;
}

void fault_plan::set(std::vector<fault> rules) {
    rules_ = std::move(rules);
    requests_ = 0;
}

const fault* fault_plan::next() {
    ++requests_;
    for (const auto& rule : rules_) {
        const bool due = rule.every != 0
                             ? requests_ % rule.every == 0
                             : std::uniform_real_distribution<double>(0, 1)(random_) < rule.rate;
        if (due) return &rule;
    }
    return nullptr;
}

} // namespace hubspool::simulator
