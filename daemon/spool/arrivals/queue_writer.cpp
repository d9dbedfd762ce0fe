#include "spool/arrivals/queue_writer.hpp"

#include "core/words/printable.hpp"
#include "os/file_io.hpp"
#include "os/system_failure.hpp"
#include "spool/arrivals/arrival_name.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <grp.h>
#include <string>

namespace hubspool {
namespace {

constexpr int names_tried_max = 100;

// For a producer: whom the directory is to be opened to is its group.
std::string remedy_for(const std::string& queue, int code) {
    struct stat tmp{};
    // Only lack of rights has a remedy that a producer can follow.
    if (code != EACCES) {
        return {};
    }
    if (::stat((queue + "/tmp").c_str(), &tmp) != 0) {
        return fmt::format(
            "who is to get there needs the right to pass through {0}: chmod 0755 {0}",
            printable(queue));
    }
    std::array<char, 16384> room{};
    group entry{};
    group* found = nullptr;
    // The group is named, since that is what adduser wants.
    ::getgrgid_r(tmp.st_gid, &entry, room.data(), room.size(), &found);
    const auto name = found != nullptr ? found->gr_name : std::to_string(tmp.st_gid);
    return fmt::format("become a member of the group {0} (sudo adduser NAME {0}), and log in anew",
                       name);
}

failure not_queued(std::string_view act, std::string_view path, int code,
                   const std::string& queue) {
    auto why = system_failure(act, path, code, remedy_for(queue, code));
    why.message += "; nothing was queued";
    return why;
}

class local_writer final : public queue_writer {
public:
    local_writer(std::string directory, lane to, left_alone_names left_alone, owned_descriptor tmp,
                 owned_descriptor into)
        : directory_(std::move(directory)), lane_(to), left_alone_(std::move(left_alone)),
          tmp_(std::move(tmp)), into_(std::move(into)) {}
    local_writer(const local_writer&) = delete;
    local_writer& operator=(const local_writer&) = delete;
    ~local_writer() override {
        // Whatever was not renamed is taken back.
        if (!tmp_name_.empty()) {
            ::unlinkat(tmp_.get(), tmp_name_.c_str(), 0);
        }
    }

    result<void> create();
    result<void> write(std::string_view bytes) override;
    result<followed_file> follow() override;
    result<std::string> finish(const std::string& extension) override;

private:
    std::string shown() const { return fmt::format("{}/tmp/{}", directory_, tmp_name_); }
    std::string shown_lane() const {
        return fmt::format("{}/{}", directory_, lane_directory(lane_));
    }
    result<std::string> put_in_place(const std::string& extension);

    std::string directory_;
    lane lane_;
    left_alone_names left_alone_;
    owned_descriptor tmp_, into_;
    owned_descriptor file_; // open until finish()
    std::string tmp_name_;  // empty: no file of ours is in tmp/
};

result<void> local_writer::create() {
    // Names hardly ever collide; a bound ends it all the same.
    for (int i = 0; i < names_tried_max && !file_; ++i) {
        const auto name = next_arrival_name() + ".tmp";
        file_ = owned_descriptor(::openat(
            tmp_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
        if (file_) {
            tmp_name_ = name;
        } else if (errno != EEXIST) {
            return not_queued("make a file in", directory_ + "/tmp", errno, directory_);
        }
    }
    // The daemon reads it by its group, whatever the umask is here.
    if (!file_ || ::fchmod(file_.get(), 0640) != 0) {
        return not_queued("make a file in", directory_ + "/tmp", errno, directory_);
    }
    return {};
}

result<void> local_writer::write(std::string_view bytes) {
    if (!file_) {
        return failure{"the file was finished already", EBADF};
    }
    if (!write_all(file_.get(), bytes)) {
        const int error = errno;
        file_.reset(); // part of the bytes may be in it
        return not_queued("write", shown(), error, directory_);
    }
    return {};
}

result<followed_file> local_writer::follow() {
    auto followed = followed_file::open(tmp_.get(), tmp_name_);
    if (!followed) {
        return failure{followed.error().message + "; nothing was queued", followed.error().code};
    }
    return followed;
}

result<std::string> local_writer::finish(const std::string& extension) {
    if (!file_) {
        return failure{
            "the file was finished already, or writing it had failed; nothing was queued", EBADF};
    }
    // Closed at the end of this function, whatever happens.
    const owned_descriptor file(std::move(file_));
    // Within one tick of ctime the mtime comes before the name: it shall say when it was finished.
    if (::futimens(file.get(), nullptr) != 0 || ::fsync(file.get()) != 0) {
        return not_queued("make durable (fsync)", shown(), errno, directory_);
    }
    auto name = put_in_place(extension);
    if (name && ::fsync(into_.get()) != 0) {
        // The rename is done, and taking it back could fail as well: it is told as what it is.
        auto why = system_failure("make durable (fsync)", shown_lane(), errno);
        why.message += fmt::format("; {} is queued, but a power loss may undo it", *name);
        return why;
    }
    return name;
}

result<std::string> local_writer::put_in_place(const std::string& extension) {
    int error = EEXIST;
    // EEXIST: somebody has the name, and the next one is tried.
    for (int i = 0; i < names_tried_max && error == EEXIST; ++i) {
        // Named at the rename and not at the start: files of one process sort as they were
        // finished.
        auto name = next_arrival_name() + (extension.empty() ? "" : "." + extension);
        if (left_alone_.contain(name) || extension.find('/') != std::string::npos) {
            return failure{fmt::format("files with the extension {} are not taken from the queue; "
                                       "nothing was queued",
                                       printable(extension)),
                           EINVAL};
        }
        error = move_entry(tmp_.get(), tmp_name_, into_.get(), name);
        if (error == 0) {
            tmp_name_.clear();
            return name;
        }
    }
    return not_queued("move into " + shown_lane(), shown(), error, directory_);
}

} // namespace

result<std::unique_ptr<queue_writer>> queue_writer::open(const std::string& directory, lane to,
                                                         std::vector<std::string> ignore) {
    // The producer may not list the queue, but it may pass through it.
    const owned_descriptor root(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root) {
        return not_queued("open the queue directory", directory, errno, directory);
    }
    const std::string lane_name(lane_directory(to));
    auto tmp = open_directory(root.get(), "tmp", directory + "/tmp");
    auto into = open_directory(root.get(), lane_name, directory + "/" + lane_name);
    // Both failures read alike; the name tells them apart.
    for (const auto* opened : {&tmp, &into}) {
        if (!*opened) {
            const auto& place = opened == &tmp ? std::string("tmp") : lane_name;
            return not_queued("open the directory", fmt::format("{}/{}", directory, place),
                              opened->error().code, directory);
        }
    }
    auto writer = std::make_unique<local_writer>(directory, to, left_alone_names(std::move(ignore)),
                                                 std::move(*tmp), std::move(*into));
    if (auto created = writer->create(); !created) {
        return created.error();
    }
    return std::unique_ptr<queue_writer>(std::move(writer));
}

} // namespace hubspool
