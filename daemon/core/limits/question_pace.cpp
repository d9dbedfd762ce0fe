#include "core/limits/question_pace.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hubspool {

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped != end) return {};
    return number;
}

} // namespace

milliseconds wait_between_questions(std::uint64_t limit, milliseconds window,
                                    std::string_view told_max, std::string_view told_remaining) {
    const auto most = number_in(told_max);
    const auto left = number_in(told_remaining);
    if (most && left && *left < *most / asks_one_in) return window;
    const std::uint64_t questions = std::max<std::uint64_t>(1, limit / asks_one_in);
    return milliseconds(static_cast<std::uint64_t>(window.count()) / questions);
}

} // namespace hubspool
