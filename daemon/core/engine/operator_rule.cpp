#include "core/engine/operator_rule.hpp"

#include <utility>

namespace hubspool {

bool operator_rule::ask() {
    return !std::exchange(asked_, true);
}

bool operator_rule::ask_anew() {
    // An answer that is under way was asked for before the reason to ask: it may be too old.
    outdated_ = asked_;
    return ask();
}

operator_rule::step operator_rule::read(const std::optional<operator_request>& found,
                                        bool is_paused) {
    step next;
    asked_ = false;
    if (std::exchange(outdated_, false)) {
        // Thrown away, and asked once more.
        next.ask_again = ask();
        return next;
    }
    if (!found) return next;
    next.go_on = true;
    // What was heeded once is not heeded again: a park that came since has other reasons.
    if (last_ == found) return next;
    last_ = found;
    // A resume counts even if a pause has followed: it ends other parks, too.
    const bool resumed = std::exchange(resumes_, found->resumes) != found->resumes;
    next.resume = resumed || (is_paused && !found->paused);
    // Also after a resume: a pause that came later holds.
    next.pause = found->paused && (next.resume || !is_paused);
    return next;
}

} // namespace hubspool
