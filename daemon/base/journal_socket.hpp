// Gives records to journald, field by field (systemd.io/JOURNAL_NATIVE_PROTOCOL), so that
// `journalctl HUBSPOOL_BATCH=42` finds them.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::string_view journald_path = "/run/systemd/journal/socket";

// One thread's.
class journal_socket {
public:
    explicit journal_socket(std::string path = std::string(journald_path));
    ~journal_socket();
    journal_socket(const journal_socket&) = delete;
    journal_socket& operator=(const journal_socket&) = delete;

    // Of "KEY=value" each, a newline between them; no value has one. Waits as long as journald
    // takes. The error when it cannot be had; 0: it has it.
    int send(std::string_view fields) const;

private:
    const std::string path_;
    const int socket_;
};

} // namespace hubspool
