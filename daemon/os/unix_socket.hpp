// Unix sockets, for whoever listens and whoever connects.
#pragma once

#include "os/owned_descriptor.hpp"

#include <sys/types.h>

#include <optional>
#include <string>

namespace hubspool {

// A path that fits into an address, which has room for 107 bytes (unix(7)): a longer one by way of
// its directory. Good as long as this lives.
class socket_path {
public:
    explicit socket_path(const std::string& path);

    const std::string& text() const { return text_; }

private:
    owned_descriptor directory_;
    std::string text_;
};

// Who is at the other end of a connection, by SO_PEERCRED; nothing: it is no Unix socket.
std::optional<uid_t> peer_user(int socket);

} // namespace hubspool
