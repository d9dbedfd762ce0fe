#include "simulator/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace hubspool::simulator {

namespace {

using target = std::back_insert_iterator<std::string>;

void append_date(target to, std::uint64_t number) {
    const auto seconds = number % 86400;
    fmt::format_to(to, R"("startDateTime":"2026-{:02}-{:02}T{:02}:{:02}:{:02}Z")",
                   1 + number / 86400 / 28 % 12, 1 + number / 86400 % 28, seconds / 3600,
                   seconds / 60 % 60, seconds % 60);
}

constexpr const char* name_words = "Webinar on shipping and receiving, autumn series";
constexpr const char* type_words = "WEBINAR";
constexpr const char* description_words =
    "How goods come in and go out again, with three guests, questions and answers, and a recording "
    "afterwards for those who could not be there";

} // namespace

generator::generator(const generator_options& options)
    : options_(options), random_(options.seed), first_round_(options.objects),
      newest_(options.objects) {
    std::iota(first_round_.begin(), first_round_.end(), 0U);
    std::shuffle(first_round_.begin(), first_round_.end(), random_);
}

std::uint64_t generator::next_object() {
    const auto good_before = made_ - 1 - bad_;
    return good_before < first_round_.size() ? first_round_[good_before]
                                             : random_() % options_.objects;
}

void generator::append_record(std::string& out) {
    ++made_;
    if (options_.bad_every != 0 && made_ % options_.bad_every == 0)
        append_bad(out);
    else
        append_good(out, next_object());
}

// Bad in turns: no objectId, one of the wrong type, a bad date, not JSON.
void generator::append_bad(std::string& out) {
    const target to(out);
    switch (bad_++ % 4) {
    case 0: fmt::format_to(to, "{{\"eventName\":\"Without an id #{}\"}}\n", made_); break;
    case 1:
        fmt::format_to(to, "{{\"objectId\":-5,\"eventName\":\"Negative #{}\"}}\n", made_);
        break;
    case 2:
        fmt::format_to(to, "{{\"objectId\":\"{}\",\"startDateTime\":\"last Tuesday\"}}\n",
                       options_.first_id);
        break;
    default:
        fmt::format_to(to, "{{\"objectId\":\"{}\" \"eventName\":\"No comma\"}}\n",
                       options_.first_id);
    }
}

void generator::append_good(std::string& out, std::uint64_t object) {
    const target to(out);
    const auto chosen = random_();
    auto& newest = newest_[object];
    fmt::format_to(to, R"({{"objectId":"{}","eventName":"{} #{}")", options_.first_id + object,
                   name_words, made_);
    newest[event_name] = made_;
    if ((chosen & 1) != 0) {
        fmt::format_to(to, R"(,"eventType":"{} #{}")", type_words, made_);
        newest[event_type] = made_;
    }
    if ((chosen & 2) != 0) {
        out += ',';
        append_date(to, made_);
        newest[start] = made_;
    }
    if ((chosen & 4) != 0) {
        out += made_ % 2 != 0 ? R"(,"eventCancelled":true)" : R"(,"eventCancelled":false)";
        newest[cancelled] = made_;
    }
    if ((chosen & 16) != 0) {
        fmt::format_to(to, R"(,"eventDescription":"{} #{}")", description_words, made_);
        newest[description] = made_;
    }
    fmt::format_to(to, R"(,"customProperties":[{{"name":"seats","value":"{} of 250 #{}"}})",
                   made_ % 250, made_);
    newest[seats] = made_;
    if ((chosen & 8) != 0) {
        fmt::format_to(to, R"(,{{"name":"room","value":"Building 4 #{}"}})", made_);
        newest[room] = made_;
    }
    out += "]}\n";
}

void generator::append_expected(std::string& out) const {
    const target to(out);
    for (std::size_t object = 0; object < newest_.size(); ++object) {
        const auto& newest = newest_[object];
        if (newest[event_name] == 0) continue;
        fmt::format_to(to, R"({{"{}":{{"eventName":"{} #{}")", options_.first_id + object,
                       name_words, newest[event_name]);
        if (newest[event_type] != 0)
            fmt::format_to(to, R"(,"eventType":"{} #{}")", type_words, newest[event_type]);
        if (newest[start] != 0) {
            out += ',';
            append_date(to, newest[start]);
        }
        if (newest[cancelled] != 0)
            fmt::format_to(to, R"(,"eventCancelled":{})", newest[cancelled] % 2 != 0);
        if (newest[description] != 0)
            fmt::format_to(to, R"(,"eventDescription":"{} #{}")", description_words,
                           newest[description]);
        fmt::format_to(to, R"(,"custom":{{"seats":"{} of 250 #{}")", newest[seats] % 250,
                       newest[seats]);
        if (newest[room] != 0) fmt::format_to(to, R"(,"room":"Building 4 #{}")", newest[room]);
        out += "}}}\n";
    }
}

} // namespace hubspool::simulator
