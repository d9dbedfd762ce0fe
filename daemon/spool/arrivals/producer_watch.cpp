#include "spool/arrivals/producer_watch.hpp"

#include "os/system_failure.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/directory_access.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace hubspool {

namespace {

using producer_act = producer_conduct::act;

constexpr int reads_a_look = 64; // 4 MiB of events; what is left keeps the descriptor readable

constexpr std::uint32_t named_acts =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW;

// What is written in tmp/ is as it should be, and would fill the kernel's queue.
std::uint32_t watched_acts(producer_conduct::place where) {
    return where == producer_conduct::place::tmp ? named_acts : named_acts | IN_MODIFY;
}

std::optional<producer_act> act_of(std::uint32_t mask) {
    if ((mask & IN_ISDIR) != 0) return std::nullopt;
    if ((mask & IN_CREATE) != 0) return producer_act::made;
    if ((mask & IN_MODIFY) != 0) return producer_act::written;
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
    const int number = ::inotify_add_watch(inotify_.get(), path.c_str(), watched_acts(where));
    if (number < 0)
        return system_failure("watch", path, errno, "raise fs.inotify.max_user_watches");
    directories_.emplace(number, watched{where, std::move(*directory)});
    return {};
}

result<std::vector<producer_conduct::event>> producer_watch::take() {
    std::vector<producer_conduct::event> out;
    alignas(inotify_event) std::array<char, std::size_t{64} * 1024> buffer{};
    for (int i = 0; i < reads_a_look; ++i) {
        const auto size = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno != EAGAIN) return failure{"what was seen cannot be read", errno};
        if (size <= 0) break;
        const char* const end = buffer.data() + size;
        for (const char* at = buffer.data(); at < end;) {
            const auto& event = *reinterpret_cast<const inotify_event*>(at);
            at += sizeof(inotify_event) + event.len;
            has_lost_ = has_lost_ || (event.mask & IN_Q_OVERFLOW) != 0;
            const auto from = directories_.find(event.wd);
            if (event.len > 0 && from != directories_.end())
                add_event(event.name, event.mask, from->second, out);
        }
    }
    return out;
}

// Looks at once: a daemon may take the file soon, and then there is nothing to say of it.
void producer_watch::add_event(const std::string& name, std::uint32_t mask,
                               const watched& directory,
                               std::vector<producer_conduct::event>& out) const {
    const auto what = act_of(mask);
    if (!what) return;
    producer_conduct::event event{directory.where, *what, name};
    file_look look;
    const bool is_finished = *what == producer_act::moved_in || *what == producer_act::made;
    // A new name of a file with one more is a link to what is finished.
    if (is_finished && directory.where != producer_conduct::place::tmp &&
        look_at(directory.opened.get(), name, look) == 0 &&
        (*what == producer_act::moved_in || look.links > 1 || !S_ISREG(look.mode))) {
        event.ctime_ns = look.ctime_ns;
        event.obstacle =
            S_ISREG(look.mode)
                ? reading_obstacle(directory.opened.get(), name, look)
                : "it is no regular file: hubspool rejects it. Put the file itself there";
    }
    out.push_back(std::move(event));
}

} // namespace hubspool
