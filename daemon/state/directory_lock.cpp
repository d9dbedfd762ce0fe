#include "state/directory_lock.hpp"

#include "os/file_io.hpp"
#include "state/state_failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hubspool {

namespace {

failure held_by_other(const std::string& directory, int fd) {
    std::array<char, 24> text{};
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    // The pid is followed by a newline.
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    return {fmt::format("the state directory {} is in use by process {}; stop that one first, or "
                        "give this one a state.directory of its own",
                        directory, pid.empty() ? "(unknown)" : pid),
            EBUSY};
}

} // namespace

result<directory_lock> directory_lock::take(const std::string& directory) {
    const std::string path = directory + "/lock";
    owned_descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return state_failure("open", path, errno);
    // flock(2) ends with the process, also after kill -9.
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return held_by_other(directory, file.get());
        return state_failure("lock", path, errno);
    }
    // The pid is for the message above alone: on a full disk the lock holds without it.
    if (::ftruncate(file.get(), 0) == 0) {
        (void)write_all_at(file.get(), fmt::format("{}\n", ::getpid()), 0);
    }
    return directory_lock(std::move(file));
}

} // namespace hubspool
