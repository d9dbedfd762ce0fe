#include "cli/check/checks.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

#include <string>

namespace hubspool {

namespace {
constexpr std::size_t park_words_max = 1000;
} // namespace

void check_daemon(const settings& options, findings& out) {
    const auto daemon = find_daemon(options);
    if (!daemon) return;
    out.push_back(
        {finding::good, "daemon", fmt::format("process {} works on this queue", daemon->pid)});
    // The daemon knows why it does not take the newer credential.
    const std::string why = daemon->status ? daemon->status->credential_waits : "";
    if (!why.empty())
        out.push_back({finding::warning, "token",
                       "the daemon works with the credential of before, and the newer one waits: " +
                           one_line(why, park_words_max)});
}

} // namespace hubspool
