#include "spool/queue_lock.hpp"

#include "base/log.hpp"
#include "core/words/printable.hpp"
#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hubspool {
namespace {

constexpr const char* lock_name = ".lock";

std::string holder(int lock) {
    std::array<char, 32> text{};
    // Whoever holds the lock has written its pid into it.
    const auto size = ::pread(lock, text.data(), text.size(), 0);
    std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    pid.erase(pid.find_last_not_of("\n ") + 1);
    return pid.empty() ? "another process" : "process " + printable(pid);
}

} // namespace

result<owned_descriptor> take_queue_lock(int root, const std::string& queue) {
    const auto path = queue + "/" + lock_name;
    owned_descriptor lock(
        ::openat(root, lock_name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!lock) {
        return system_failure("open the lock", path, errno);
    }
    // Who can open it can lock us out; one that an older version made was the group's to read.
    if (::fchmod(lock.get(), 0600) != 0) {
        log::warning("cannot set the mode of the lock to 0600", {{"path", path}});
    }
    // flock(2) ends with its holder, also after kill -9.
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            return system_failure("lock", path, errno);
        }
        return failure{fmt::format("the queue {} is in use by {} (lock {}): stop that one, or give "
                                   "this one another queue.directory",
                                   printable(queue), holder(lock.get()), printable(path)),
                       EWOULDBLOCK};
    }
    // The pid only serves the message above: a full disk must not keep the daemon from starting.
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(lock.get(), 0) == 0 &&
        ::pwrite(lock.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        log::warning("cannot write the pid into the lock", {{"path", path}});
    }
    return lock;
}

} // namespace hubspool
