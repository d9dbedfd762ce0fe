#include "spool/arrivals/queue_watcher.hpp"

#include "base/clocks.hpp"
#include "base/log.hpp"
#include "os/owned_descriptor.hpp"
#include "os/system_failure.hpp"
#include "spool/queue_names.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_set>

namespace hubspool {
namespace {

constexpr std::size_t announced_max =
    100'000;                     // names; further ones are ready after their quiet period
constexpr int reads_a_wait = 64; // 4 MB of events: then a scan is due in any case

// Of these only IN_MOVED_TO announces; IN_CREATE is how a link() or a direct write shows.
constexpr std::uint32_t watched = IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE | IN_DELETE |
                                  IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW;

class inotify_watcher final : public queue_watcher {
public:
    inotify_watcher(std::string directory, left_alone_names left_alone, owned_descriptor inotify,
                    owned_descriptor woken)
        : directory_(std::move(directory)), left_alone_(std::move(left_alone)),
          inotify_(std::move(inotify)), woken_(std::move(woken)) {
        watch_both();
    }

    void wait(milliseconds at_most) override;
    void wake() override { ::eventfd_write(woken_.get(), 1); }
    bool announced(lane which, const std::string& name) const override {
        return of(which).names.contains(cut_producer_name(name));
    }
    void forget(lane which, const std::string& name) override {
        of(which).names.erase(cut_producer_name(name));
    }

private:
    struct watched_lane {
        int watch = -1;        // -1: not watched
        bool reported = false; // that it cannot be watched
        // Cut as claimed names are, so that forget() finds what a claim's name says.
        std::unordered_set<std::string> names;
    };

    watched_lane& of(lane which) { return lanes_[static_cast<std::size_t>(which)]; }
    const watched_lane& of(lane which) const { return lanes_[static_cast<std::size_t>(which)]; }

    bool watch_both();
    bool watch(lane which);
    bool take_events();
    bool take(const inotify_event& event);

    std::string directory_;
    left_alone_names left_alone_;
    owned_descriptor inotify_; // none: only the timer and wake() end a wait
    owned_descriptor woken_;
    std::array<watched_lane, 2> lanes_;
};

void inotify_watcher::wait(milliseconds at_most) {
    const auto until = boot_now() + at_most;
    // A new watch may have missed something: a scan is due at once.
    if (watch_both()) {
        return;
    }
    while (true) {
        // poll(2) takes int milliseconds; an hour is wait enough.
        const auto left = std::clamp(until - boot_now(), milliseconds(0), milliseconds(3'600'000));
        std::array<pollfd, 2> waited{{{woken_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}}};
        const int ready = ::poll(waited.data(), waited.size(), static_cast<int>(left.count()));
        const bool seen = waited[1].revents != 0 && take_events();
        // Read even when nobody looks at the number: else it would wake the next wait as well.
        eventfd_t count = 0;
        if (waited[0].revents != 0 && ::eventfd_read(woken_.get(), &count) == 0) {
            return;
        }
        // A signal is no reason to scan.
        if (seen || ready == 0 || (ready < 0 && errno != EINTR)) {
            return;
        }
    }
}

// Adds the watches by path, each time: a directory that was deleted and made again is a new one,
// and gets a new watch. True when that happened, since what came in between was not seen.
bool inotify_watcher::watch_both() {
    if (!inotify_) {
        return false;
    }
    const bool live_is_new = watch(lane::live);
    const bool bulk_is_new = watch(lane::bulk);
    return live_is_new || bulk_is_new;
}

bool inotify_watcher::watch(lane which) {
    auto& lane_watch = of(which);
    const auto path = directory_ + "/" + std::string(lane_directory(which));
    // The same directory gives the same number again; a new one another.
    const int added = ::inotify_add_watch(inotify_.get(), path.c_str(), watched);
    const int error = added < 0 ? errno : 0;
    // Told once, and again only after it had worked in between.
    if (error != 0 && !lane_watch.reported) {
        log::warning("cannot watch the directory: the timer alone looks for new files",
                     {{"reason", system_failure("watch", path, error,
                                                "raise fs.inotify.max_user_watches if it is there")
                                     .message}});
    }
    lane_watch.reported = error != 0;
    if (added == lane_watch.watch) {
        return false;
    }
    // The old watch is of a directory that nobody reaches by this name any more.
    if (lane_watch.watch >= 0) {
        ::inotify_rm_watch(inotify_.get(), lane_watch.watch);
    }
    lane_watch.watch = added;
    lane_watch.names.clear();
    return added >= 0;
}

// True when there is something to scan for.
bool inotify_watcher::take_events() {
    alignas(inotify_event) std::array<char, std::size_t{64} * 1024> buffer{};
    bool scan = false;
    // Bounded: a producer that writes without end must not keep this thread here.
    for (int i = 0; i < reads_a_wait; ++i) {
        const auto size = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (size <= 0) {
            break;
        }
        const char* const end = buffer.data() + size;
        for (const char* at = buffer.data(); at < end;) {
            const auto& event = *reinterpret_cast<const inotify_event*>(at);
            scan = take(event) || scan;
            at += sizeof(inotify_event) + event.len;
        }
    }
    return scan;
}

bool inotify_watcher::take(const inotify_event& event) {
    // inotify(7): events were lost, so a scan must find what they told.
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
        return true;
    }
    auto* const found = std::find_if(lanes_.begin(), lanes_.end(), [&](const watched_lane& lane) {
        return lane.watch == event.wd;
    });
    if (found == lanes_.end()) {
        return false; // of a directory that was replaced
    }
    if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0) {
        return true; // the next wait watches what is there by then
    }
    // Nothing is claimed under these names, so nothing is announced.
    if (event.len == 0 || left_alone_.contain(event.name)) {
        return false;
    }
    auto name = cut_producer_name(event.name);
    if ((event.mask & IN_MOVED_TO) == 0) {
        // Deleted, or written in place under a name that was announced before: no promise holds.
        if ((event.mask & (IN_CREATE | IN_DELETE)) != 0) {
            found->names.erase(name);
        }
        return (event.mask & IN_DELETE) == 0;
    }
    // Bounded; a file that is not announced is ready after its quiet period.
    if (lanes_[0].names.size() + lanes_[1].names.size() < announced_max) {
        found->names.insert(std::move(name));
    }
    return true;
}

} // namespace

result<std::unique_ptr<queue_watcher>> queue_watcher::open(const std::string& directory,
                                                           left_alone_names left_alone) {
    // wake() must work without inotify, too.
    owned_descriptor woken(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    if (!woken) {
        return system_failure("make an eventfd for", directory, errno);
    }
    // Without inotify the timer alone finds new files.
    owned_descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify) {
        log::warning("inotify cannot be had: the timer alone looks for new files",
                     {{"reason", system_failure("watch", directory, errno,
                                                "raise fs.inotify.max_user_instances")
                                     .message}});
    }
    return std::unique_ptr<queue_watcher>(std::make_unique<inotify_watcher>(
        directory, std::move(left_alone), std::move(inotify), std::move(woken)));
}

} // namespace hubspool
