#include "cli/settle_wait.hpp"

#include "cli/running_daemon.hpp"
#include "cli/state_owner.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <chrono>

namespace hubspool {

namespace {
constexpr std::chrono::milliseconds poll_every{250};
constexpr int polls_without_daemon_max = 40; // a restart of the service takes no longer
} // namespace

const park_row* park_to_stop_at(const std::vector<park_row>& parks) {
    for (const park_row& park : parks) {
        if (park.reason != park_reason::quota && park.reason != park_reason::migration)
            return &park;
    }
    return nullptr;
}

result<settled_file> settle_wait::wait_for(const std::string& name) {
    if (auto became = become_state_owner(options_); !became) return became.error();
    settled_file fate;
    while (true) {
        const auto row = find(name);
        if (!row) return row.error();
        if (*row) fate.counts = (*row)->counts;
        if (*row && (*row)->settled) {
            fate.settled = true;
            fate.rejected_because = (*row)->keep_because.value_or("");
            return fate;
        }
        auto why = obstacle();
        if (!why) return why.error();
        if (!why->empty()) {
            fate.why = fmt::format("{} stays in the queue: {}", name, *why);
            return fate;
        }
        (void)signals_.wait_for(poll_every);
    }
}

// Of a daemon that never ran there is no state yet.
result<void> settle_wait::open() {
    if (store_) return {};
    auto opened = state_store::open(options_.state.directory, state_store::access::read_only);
    if (opened) store_ = std::move(*opened);
    if (!opened && opened.error().code != ENOENT && opened.error().code != EBUSY)
        return opened.error();
    return {};
}

result<std::optional<file_row>> settle_wait::find(const std::string& name) {
    if (auto opened = open(); !opened) return opened.error();
    if (!store_) return std::optional<file_row>();
    auto row = store_->find_file(name);
    if (!row && row.error().code == EBUSY) return std::optional<file_row>();
    return row;
}

result<std::string> settle_wait::obstacle() {
    without_daemon_ = find_daemon(options_) ? 0 : without_daemon_ + 1;
    if (without_daemon_ >= polls_without_daemon_max)
        return std::string("no daemon runs on this queue; start one, or run `hubspool drain`");
    if (signals_.stopped()) return std::string("the wait for it was stopped by a signal");
    if (!store_) return std::string();
    const auto meta = store_->load_meta();
    if (!meta && meta.error().code != EBUSY) return meta.error();
    if (!meta) return std::string();
    const park_row* const park = park_to_stop_at(meta->parks);
    if (park == nullptr) return std::string();
    return fmt::format("sending is parked ({}): {}", to_string(park->reason), park->words);
}

} // namespace hubspool
