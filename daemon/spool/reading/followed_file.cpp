#include "spool/reading/followed_file.hpp"

#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace hubspool {
namespace {

constexpr std::string_view remedy = "is /proc mounted?";

result<std::string> path_of(int fd) {
    const auto link = fmt::format("/proc/self/fd/{}", fd);
    std::array<char, 4096> room{};
    // proc(5): the link names the file wherever it was moved to.
    const auto size = ::readlink(link.c_str(), room.data(), room.size());
    if (size < 0) {
        return system_failure("follow a queued file by", link, errno, remedy);
    }
    return std::string(room.data(), static_cast<std::size_t>(size));
}

} // namespace

result<followed_file> followed_file::open(int tmp, const std::string& name) {
    owned_descriptor file(::openat(tmp, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file) {
        return system_failure("follow", "tmp/" + name, errno);
    }
    auto path = path_of(file.get());
    if (!path) {
        return path.error();
    }
    const auto tail = "tmp/" + name;
    // A path that does not end as the file was opened tells of another mount.
    if (!path->ends_with("/" + tail)) {
        return system_failure("follow a queued file by its path", *path, ENOENT, remedy);
    }
    path->resize(path->size() - tail.size());
    return followed_file(std::move(file), std::move(*path));
}

result<queue_place> followed_file::place() const {
    struct stat found{};
    if (::fstat(file_.get(), &found) != 0) {
        return system_failure("look at a queued file of", root_, errno);
    }
    const auto path = path_of(file_.get());
    if (!path) {
        return path.error();
    }
    // proc(5): the kernel appends this to the path of a removed file.
    if (found.st_nlink == 0 || path->ends_with(" (deleted)")) {
        return queue_place::removed;
    }
    if (!path->starts_with(root_)) {
        return queue_place::elsewhere;
    }
    const auto beneath = std::string_view(*path).substr(root_.size());
    // The first directory beneath the root tells where in its life the file is.
    const auto directory = beneath.substr(0, beneath.find('/'));
    if (directory == "cur") {
        return queue_place::claimed;
    }
    if (directory == "done") {
        return queue_place::done;
    }
    if (directory == "rejected") {
        return queue_place::rejected;
    }
    const bool is_in_front = directory == "tmp" || directory == "new" || directory == "bulk";
    return is_in_front ? queue_place::waiting : queue_place::elsewhere;
}

} // namespace hubspool
