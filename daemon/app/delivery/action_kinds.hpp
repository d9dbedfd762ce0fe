// Who carries out which of the engine's actions.
#pragma once

#include "core/engine/engine_action.hpp"

#include <type_traits>

namespace hubspool {

template <class Action, class... Kinds>
inline constexpr bool is_any_of = (std::is_same_v<Action, Kinds> || ...);

// What of the engine's actions the loop carries out itself.
template <class Action>
inline constexpr bool is_of_network =
    is_any_of<Action, action::send_request, action::ask_account, action::connect,
              action::end_request, action::judge_credential, action::log_warning,
              action::cut_connections>;
// What tells the one who asks the engine how to go on, and is carried out by nobody.
template <class Action>
inline constexpr bool is_of_asker =
    is_any_of<Action, action::wait_until, action::close_books, action::finished>;

} // namespace hubspool
