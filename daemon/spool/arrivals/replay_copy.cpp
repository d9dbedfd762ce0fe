#include "spool/arrivals/replay_copy.hpp"

#include "core/words/lane.hpp"
#include "os/system_failure.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace hubspool {
namespace {

// Some milliseconds each, where the file system cannot share the blocks.
constexpr std::size_t chunk_bytes = 1U << 20;
// Stays free for producers and the state.
constexpr std::uint64_t spared_bytes = 64U << 20;

std::int64_t mtime_ns_of(const struct stat& look) {
    return std::int64_t{look.st_mtim.tv_sec} * 1'000'000'000 + look.st_mtim.tv_nsec;
}

failure no_more(std::string_view why) {
    return {std::string(why), ESTALE};
}

// As copy_file_range(2), which not all file systems have, and not between all of them.
ssize_t copy_some(int from, int to, std::size_t size) {
    const ssize_t shared = ::copy_file_range(from, nullptr, to, nullptr, size, 0);
    if (shared >= 0) return shared;
    if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS) return -1;
    const auto buffer = std::make_unique<std::array<char, chunk_bytes>>();
    const ssize_t read = ::read(from, buffer->data(), std::min(size, buffer->size()));
    ssize_t written = 0;
    while (written < read) {
        const ssize_t more =
            ::write(to, buffer->data() + written, static_cast<std::size_t>(read - written));
        if (more < 0) return -1;
        written += more;
    }
    return read;
}

} // namespace

result<replay_copy> replay_copy::begin(const queue_layout& to, const file_to_copy& what) {
    replay_copy copy(to, what);
    if (auto opened = copy.open(what); !opened) return opened.error();
    return copy;
}

replay_copy::~replay_copy() {
    if (file_) ::unlinkat(tmp_.get(), tmp_name().c_str(), 0);
}

result<void> replay_copy::open(const file_to_copy& what) {
    from_ = owned_descriptor(::openat(what.beneath, what.source.c_str(),
                                      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!from_ && errno == ENOENT) return no_more("it is gone");
    if (!from_) return system_failure("open", what.source, errno);
    struct stat look{};
    if (::fstat(from_.get(), &look) != 0) return system_failure("look at", what.source, errno);
    const bool same = S_ISREG(look.st_mode) &&
                      static_cast<std::uint64_t>(look.st_size) == what.size &&
                      mtime_ns_of(look) == what.mtime_ns;
    if (!same) return no_more("it was changed since it was chosen");
    if (to_->left_alone.contain(what.name))
        return no_more("files with such a name are left alone in the queue (queue.ignore)");

    const auto shown = to_->shown("tmp");
    auto tmp = open_directory(to_->root.get(), "tmp", shown);
    if (!tmp) return tmp.error();
    tmp_ = std::move(*tmp);
    // Else the disk would be filled and emptied again with each try.
    struct statvfs disk{};
    if (::fstatvfs(tmp_.get(), &disk) != 0) return system_failure("look at", shown, errno);
    if (std::uint64_t{disk.f_bavail} * disk.f_frsize < what.size + spared_bytes)
        return system_failure("copy a settled file into", shown, ENOSPC);
    // Of a run that was killed.
    if (::unlinkat(tmp_.get(), tmp_name().c_str(), 0) != 0 && errno != ENOENT)
        return system_failure("remove", shown + '/' + tmp_name(), errno);
    file_ = owned_descriptor(::openat(tmp_.get(), tmp_name().c_str(),
                                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
    if (!file_) return system_failure("make a file in", shown, errno);
    return {};
}

result<bool> replay_copy::go_on(std::uint64_t bytes_max) {
    while (left_ > 0 && bytes_max > 0) {
        const auto wanted = std::min({left_, bytes_max, std::uint64_t{chunk_bytes}});
        const ssize_t copied = copy_some(from_.get(), file_.get(), wanted);
        if (copied < 0 && errno == EINTR) continue;
        if (copied < 0) return system_failure("copy into", to_->shown("tmp"), errno);
        if (copied == 0) return no_more("it was changed since it was chosen");
        left_ -= static_cast<std::uint64_t>(copied);
        bytes_max -= static_cast<std::uint64_t>(copied);
    }
    if (left_ > 0) {
        // Else the last step would wait until all of it is written.
        if (::fdatasync(file_.get()) != 0)
            return system_failure("write to", to_->shown("tmp"), errno);
        return false;
    }
    if (auto placed = put_in_place(); !placed) return placed.error();
    return true;
}

result<void> replay_copy::put_in_place() {
    const std::string into(lane_directory(lane::bulk));
    const auto bulk = to_->open_lane(lane::bulk);
    if (!bulk) return bulk.error();
    if (::fsync(file_.get()) != 0)
        return system_failure("make durable (fsync)", to_->shown("tmp/" + tmp_name()), errno);
    const int error = move_entry(tmp_.get(), tmp_name(), bulk->get(), name_);
    // It is there already: this one is a second copy, and goes with this object.
    if (error != 0 && error != EEXIST) return system_failure("move into", to_->shown(into), error);
    if (error == 0) file_.reset();
    return to_->sync(bulk->get(), into);
}

result<bool> replay_copy::is_waiting(const queue_layout& layout, const std::string& name) {
    const auto bulk = layout.open_lane(lane::bulk);
    if (!bulk) return bulk.error();
    file_look look;
    const int error = look_at(bulk->get(), name, look);
    if (error != 0 && error != ENOENT)
        return system_failure("look at", layout.shown("bulk/" + name), error);
    return error == 0;
}

} // namespace hubspool
