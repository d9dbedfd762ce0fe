#include "cli/steer/steering.hpp"

#include "config/control_socket.hpp"
#include "control/control_call.hpp"
#include "core/json/json_lookup.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <chrono>

namespace hubspool {

namespace {

constexpr milliseconds answer_patience = std::chrono::seconds(30);

bool is_about_what_was_asked(int status) {
    return status == 409 || status == 422;
}

} // namespace

result<std::string> steer_daemon(const settings& options, const std::string& what) {
    const std::string socket = control_socket_path(options);
    if (socket.empty()) return failure{"control.socket is off", ENOENT};
    auto answer = call_control(socket, "/v1/" + what, answer_patience);
    if (!answer) return answer.error();
    if (answer->status == 200) return std::move(answer->body);
    const auto words = json_text_at(answer->body, "/error/message");
    return failure{printable(words.value_or(fmt::format("it answered {}", answer->status))),
                   is_about_what_was_asked(answer->status) ? EINVAL : EIO};
}

} // namespace hubspool
