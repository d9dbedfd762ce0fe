// Which events bring something to do, and so end a rest. Pure.
#pragma once

#include "core/engine/engine_event.hpp"

#include <variant>

namespace hubspool {

template <class... Kinds>
bool is_one_of(const event::any& happened) {
    return (std::holds_alternative<Kinds>(happened) || ...);
}

// From others: a pause may have come before that nobody has looked at.
inline bool is_arrival(const event::any& happened) {
    return is_one_of<event::records_read, event::file_ended, event::reading_changed,
                     event::others_wrote>(happened);
}

// A look of this process has brought it.
inline bool is_of_credential(const event::any& happened) {
    return is_one_of<event::credential_missing, event::credential_offered,
                     event::credential_adopted, event::token_not_had, event::credential_refused>(
        happened);
}

} // namespace hubspool
