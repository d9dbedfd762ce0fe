#include "config/control_socket.hpp"

namespace hubspool {

std::string control_socket_path(const settings& options) {
    if (options.control.socket == "off") return {};
    if (!options.control.socket.empty()) return options.control.socket;
    return options.queue.directory + "/control.sock";
}

} // namespace hubspool
