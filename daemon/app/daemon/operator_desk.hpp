// Heeds `pause` and `resume`: has the state thread read what was asked for, and tells the engine.
// When it counts is decided by core/engine/operator_rule. Loop thread.
#pragma once

#include "app/settle/settle_loop.hpp"
#include "base/mailbox.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/operator_rule.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

class operator_desk {
public:
    // `resumes`: of what was heeded before the start.
    operator_desk(std::uint64_t resumes, engine& core, mailbox<settle_message>& state)
        : rule_(resumes), core_(core), state_(state) {}

    // Have it read.
    void ask();
    // The same, when something has come: what was read before that does not count.
    void ask_anew();
    bool is_unread() const { return rule_.is_unread(); }

    // The state thread's answer; nothing: the database could not be read. True: what waited for it
    // may be sent.
    bool read(const std::optional<operator_request>& found, const moment& now);

private:
    operator_rule rule_;
    engine& core_;
    mailbox<settle_message>& state_;
};

} // namespace hubspool
