#include "cli/backlog_estimate.hpp"

#include <algorithm>
#include <cmath>

namespace hubspool {

milliseconds time_to_send(std::uint64_t inputs, const send_pace& pace) {
    if (inputs == 0) return milliseconds(0);
    // Whichever is slower sets the pace: the limit, or the answers over all connections.
    const double a_request =
        std::max(static_cast<double>(pace.window.count()) / static_cast<double>(pace.limit),
                 static_cast<double>(pace.an_answer.count()) /
                     static_cast<double>(std::max<std::uint64_t>(1, pace.connections)));
    const double requests =
        std::ceil(static_cast<double>(inputs) / std::max(1.0, pace.inputs_a_request));
    const auto sending = [&](double count) {
        return milliseconds(static_cast<std::int64_t>(std::ceil(count * a_request)));
    };
    if (!pace.today || requests <= static_cast<double>(pace.today->left)) return sending(requests);

    // The rest waits for the days that follow, each with its budget.
    const auto a_day = static_cast<double>(std::max<std::uint64_t>(1, pace.today->allowed));
    // After the reset a full day's budget goes each day; the last day is not used up.
    const double later = requests - static_cast<double>(pace.today->left);
    const double whole_days = std::ceil(later / a_day) - 1;
    const milliseconds days(static_cast<std::int64_t>(whole_days * 24 * 3600 * 1000));
    return pace.today->ends_in + days + sending(later - whole_days * a_day);
}

} // namespace hubspool
