#include "cli/letters/left_out_letters.hpp"

#include "cli/commands/commands.hpp"
#include "cli/letters/letter_filter.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {
constexpr std::size_t reasons_max = 100; // each record may be bad for a reason of its own
constexpr std::string_view others = "other reasons";
constexpr std::size_t reason_bytes_max = 300;
} // namespace

void left_out_letters::add(const dead_letter& letter, std::string_view why) {
    ++letters_;
    std::string reason = one_line(why, reason_bytes_max);
    if (by_reason_.size() >= reasons_max && !by_reason_.contains(reason)) reason = others;
    ++by_reason_[reason];
    examples_.emplace(reason, id_of(letter));
}

void left_out_letters::complain_of(std::string_view done) const {
    for (const auto& [reason, letters] : by_reason_)
        complain(exit_dead_letters,
                 fmt::format("{} {} not {}: {} (such as {})", counted(letters, "dead letter"),
                             letters == 1 ? "is" : "are", done, reason, examples_.at(reason)));
}

} // namespace hubspool
