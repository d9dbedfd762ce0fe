#include "app/metrics/paced_survey.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// A look into a queue of a million files takes seconds: then it is taken that much more seldom.
constexpr int share = 100;
} // namespace

const std::optional<queue_figures>& paced_survey::figures() {
    const boot_time begin = boot_now();
    if (!look_ || begin < next_) return figures_;
    const result<queue_figures> looked = look_();
    figures_ = looked ? std::optional(*looked) : std::nullopt;
    const std::string trouble = looked ? std::string() : looked.error().message;
    if (!trouble.empty() && trouble != trouble_) log::warning(trouble_words_ + ": " + trouble);
    trouble_ = trouble;
    const boot_time end = boot_now();
    next_ = end + std::max(least_pause_, share * (end - begin));
    return figures_;
}

} // namespace hubspool
