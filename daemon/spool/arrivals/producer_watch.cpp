#include "spool/arrivals/producer_watch.hpp"

#include "os/system_failure.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/directory_access.hpp"

#include <fcntl.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace hubspool {

namespace {

using producer_act = producer_conduct::act;

constexpr std::uint32_t watched_acts = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO |
                                       IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW;

std::optional<producer_act> act_of(std::uint32_t mask) {
    if ((mask & IN_ISDIR) != 0) return std::nullopt;
    if ((mask & IN_CREATE) != 0) return producer_act::made;
    if ((mask & IN_MODIFY) != 0) return producer_act::written;
    if ((mask & IN_CLOSE_WRITE) != 0) return producer_act::closed;
    if ((mask & IN_MOVED_TO) != 0) return producer_act::moved_in;
    if ((mask & IN_MOVED_FROM) != 0) return producer_act::moved_out;
    if ((mask & IN_DELETE) != 0) return producer_act::deleted;
    return std::nullopt;
}

} // namespace

result<producer_watch> producer_watch::open(const std::string& directory) {
    owned_descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!inotify)
        return system_failure("watch", directory, errno, "raise fs.inotify.max_user_instances");
    producer_watch watch(std::move(inotify));
    for (const auto where : {producer_conduct::place::tmp, producer_conduct::place::live,
                             producer_conduct::place::bulk}) {
        const std::string path = directory + "/" + std::string(producer_conduct::directory(where));
        if (auto added = watch.add(path, where); !added) return added.error();
    }
    return watch;
}

result<void> producer_watch::add(const std::string& path, producer_conduct::place where) {
    auto directory = open_directory(AT_FDCWD, path, path);
    if (!directory) return directory.error();
    const int number = ::inotify_add_watch(inotify_.get(), path.c_str(), watched_acts);
    if (number < 0)
        return system_failure("watch", path, errno, "raise fs.inotify.max_user_watches");
    directories_.emplace(number, watched{where, std::move(*directory)});
    return {};
}

result<std::vector<producer_conduct::event>> producer_watch::take() {
    std::vector<producer_conduct::event> out;
    alignas(inotify_event) std::array<char, std::size_t{64} * 1024> buffer{};
    const auto size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno != EAGAIN && errno != EINTR)
        return failure{"what was seen cannot be read", errno};
    const char* const end = buffer.data() + std::max<ssize_t>(size, 0);
    for (const char* at = buffer.data(); at < end;) {
        const auto& event = *reinterpret_cast<const inotify_event*>(at);
        at += sizeof(inotify_event) + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0)
            return failure{"more is written than can be watched: let the producer write less, or "
                           "raise fs.inotify.max_queued_events",
                           ENOBUFS};
        const auto what = act_of(event.mask);
        const auto from = directories_.find(event.wd);
        if (!what || event.len == 0 || from == directories_.end()) continue;
        // Asked at once: a daemon may take it soon.
        const bool is_finished = *what == producer_act::moved_in;
        out.push_back({from->second.where, *what, event.name,
                       is_finished ? obstacle(from->second, event.name) : std::string()});
    }
    return out;
}

std::string producer_watch::obstacle(const watched& directory, const std::string& name) const {
    file_look look;
    if (look_at(directory.opened.get(), name, look) != 0) return {}; // taken already
    return reading_obstacle(directory.opened.get(), name, look);
}

} // namespace hubspool
