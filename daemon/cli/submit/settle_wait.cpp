#include "cli/submit/settle_wait.hpp"

#include "cli/drain/state_facts.hpp"
#include "cli/live_daemon.hpp"
#include "cli/state_owner.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace hubspool {

namespace {
constexpr std::chrono::milliseconds look_every{250};
constexpr int polls_without_daemon_max = 40; // a restart of the service takes no longer

// Each file that is followed needs one, and may be one of thousands.
void allow_many_descriptors() {
    // getrlimit(2): up to the hard limit nobody need be asked.
    struct rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &files);
}

} // namespace

result<void> settle_wait::prepare() {
    // Root becomes the state's owner, who may read it; not before it has read what it is to queue.
    if (::geteuid() == 0) return {};
    if (auto opened = open(); !opened && !is_kept_out_) return opened;
    // A state that is not there yet may be made by somebody else.
    needs_followed_ = !store_;
    if (needs_followed_) allow_many_descriptors();
    return {};
}

result<settled_file> settle_wait::wait_for(const std::string& name, const stop_signals& signals,
                                           const followed_file* followed) {
    // The files are queued: now root may become who can read the state.
    if (auto became = become_state_owner(options_); !became) return became.error();
    settled_file fate;
    while (true) {
        // The state knows more than the place, so it is asked first.
        auto looked = look_at_state(name, fate);
        // Who may not read it follows the file itself.
        if (looked && *looked == look::goes_on && (is_kept_out_ || is_absent_) && followed)
            looked = look_at_place(name, *followed, fate);
        if (!looked) return looked.error();
        if (*looked == look::ended) return fate;
        auto why = obstacle(signals);
        if (!why) return why.error();
        if (!why->empty()) {
            fate.why = fmt::format("{} stays in the queue: {}", name, *why);
            return fate;
        }
        (void)signals.wait_for(look_every);
    }
}

result<settle_wait::look> settle_wait::look_at_state(const std::string& name, settled_file& fate) {
    const auto row = find(name);
    if (!row) return row.error();
    // Also while it waits: an interrupted wait tells how far it came.
    if (*row) fate.counts = (*row)->counts;
    if (!*row || !(*row)->settled) return look::goes_on;
    fate.settled = true;
    fate.rejected_because = (*row)->keep_because.value_or("");
    return look::ended;
}

result<settle_wait::look> settle_wait::look_at_place(const std::string& name,
                                                     const followed_file& followed,
                                                     settled_file& fate) const {
    fate.counts_known = !is_kept_out_;
    const auto place = followed.place();
    if (!place) return place.error();
    switch (*place) {
    case queue_place::waiting:
    case queue_place::claimed: return look::goes_on;
    // It was not wholly taken, and settled all the same.
    case queue_place::rejected:
        fate.rejected_because = "hubspool could not take all of it; `sudo hubspool files --failed` "
                                "says why";
        [[fallthrough]];
    case queue_place::done:
    case queue_place::removed:
        fate.settled = true;
        // Where it lies says that it was settled, not how.
        fate.counts_known = false;
        return look::ended;
    case queue_place::elsewhere:
        fate.why = fmt::format("{} was moved out of the queue by somebody; whether it was "
                               "delivered is not known",
                               name);
        return look::ended;
    }
    return look::goes_on;
}

// Of a daemon that never ran there is no state yet.
result<void> settle_wait::open() {
    if (store_) return {};
    auto opened = state_store::open(options_.state.directory, state_store::access::read_only);
    if (opened) store_ = std::move(*opened);
    is_absent_ = !opened && opened.error().code == ENOENT;
    is_kept_out_ = !opened && !is_absent_ && is_kept_out(opened.error());
    // Busy or absent passes; anything else does not.
    if (opened || opened.error().code == ENOENT || opened.error().code == EBUSY) return {};
    return opened.error();
}

bool settle_wait::is_kept_out(const failure& why) const {
    // Not even the directory can be passed.
    if (why.code == EACCES || why.code == EPERM) return true;
    const std::string database = options_.state.directory + "/state.db";
    return ::faccessat(AT_FDCWD, database.c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES;
}

result<std::optional<file_row>> settle_wait::find(const std::string& name) {
    if (auto opened = open(); !opened && !(is_kept_out_ && needs_followed_)) return opened.error();
    if (!store_) return std::optional<file_row>();
    auto row = store_->find_file(name);
    // The daemon is in a commit.
    if (!row && row.error().code == EBUSY) return std::optional<file_row>();
    return row;
}

result<std::string> settle_wait::obstacle(const stop_signals& signals) {
    // A restart of the service is no reason to give up.
    without_daemon_ = is_worked_on(options_) ? 0 : without_daemon_ + 1;
    if (without_daemon_ >= polls_without_daemon_max)
        return std::string("no daemon runs on this queue; start one, or run `hubspool drain`");
    drain_facts facts;
    if (store_) {
        const auto meta = store_->load_meta();
        if (!meta && meta.error().code != EBUSY) return meta.error();
        if (meta) facts = facts_of(*meta);
    }
    facts.stop_asked = signals.stopped().has_value();
    const auto end = rule_.look(facts, boot_now());
    if (!end) return std::string();
    if (end->why == drain_end::cause::stopped)
        return std::string("the wait for it was stopped by a signal");
    return end->words;
}

} // namespace hubspool
