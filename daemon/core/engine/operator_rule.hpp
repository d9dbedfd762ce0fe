// When what an operator asked for (`pause`, `resume`) is heeded.
//
// It stands in the database, which the state thread reads. An answer that may have been read before
// something came is asked for anew, so that a `pause` that had returned by then always holds what
// came. Pure; loop thread.
#pragma once

#include "core/words/operator_request.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

class operator_rule {
public:
    // `resumes`: of what was heeded before the start.
    explicit operator_rule(std::uint64_t resumes) : resumes_(resumes) {}

    // To be read now and again. True: ask the state thread; false: an answer is on its way.
    bool ask();
    // Something came: what is on its way may have been read before that, and does not count.
    bool ask_anew();
    bool is_unread() const { return asked_; }

    struct step {
        bool ask_again = false; // the answer does not count
        bool go_on = false;     // what waited for it may be sent
        bool resume = false;    // then,
        bool pause = false;     // in this order
    };
    // The answer; nothing: the database could not be read, and the next tick asks again.
    // `is_paused`: by the engine.
    step read(const std::optional<operator_request>& found, bool is_paused);

private:
    std::uint64_t resumes_; // heeded
    std::optional<operator_request> last_;
    bool asked_ = false;
    bool outdated_ = false; // what is on its way
};

} // namespace hubspool
