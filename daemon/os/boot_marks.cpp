#include "os/boot_marks.hpp"

#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <random>

namespace hubspool {

namespace {

constexpr std::size_t memory_mark_bytes = 32;

std::string read_from(const owned_descriptor& file) {
    return file ? read_at_most(file.get(), 512).value_or("") : "";
}

std::string read_text(const char* path) {
    return read_from(owned_descriptor(::open(path, O_RDONLY | O_CLOEXEC)));
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

// The directory is everybody's: what somebody else put there is not believed.
std::string read_memory_mark(const std::string& path) {
    // O_NOFOLLOW and O_NONBLOCK: a link leads elsewhere, and a FIFO would wait for ever.
    const owned_descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0) return {};
    // A file that others may write proves nothing: they could make two boots look the same.
    const bool ours = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                      (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    std::string mark = ours ? first_line(read_from(file)) : std::string();
    // Cut in its middle, it is no mark.
    if (mark.size() != memory_mark_bytes) mark.clear();
    return mark;
}

// Under its name only when it is whole. When somebody else was faster, his is as good.
void make_memory_mark(const std::string& directory, const std::string& path) {
    const owned_descriptor file(::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    // No tmpfs, or no right: the kernel's mark must do.
    if (!file) return;
    std::random_device random;
    const std::string mark =
        fmt::format("{:08x}{:08x}{:08x}{:08x}\n", random(), random(), random(), random());
    // Half a mark must never get its name.
    if (!write_all(file.get(), mark)) return;
    // open(2): an O_TMPFILE file gets its name by a link from /proc. An existing name stays.
    const std::string link = fmt::format("/proc/self/fd/{}", file.get());
    (void)!::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW);
}

bool is_in_memory(const std::string& directory) {
    struct statfs found{};
    return ::statfs(directory.c_str(), &found) == 0 && found.f_type == TMPFS_MAGIC;
}

std::string memory_mark(const std::string& directory) {
    // On a disk the mark would outlive a reboot and say that there was none.
    if (!is_in_memory(directory)) return {};
    const std::string path = fmt::format("{}/hubspool-boot-{}", directory, ::geteuid());
    std::string mark = read_memory_mark(path);
    if (!mark.empty()) return mark;
    // Read back, since another run may have made it first.
    make_memory_mark(directory, path);
    return read_memory_mark(path);
}

bool agree(const std::string& one, const std::string& other) {
    return !one.empty() && one == other;
}

} // namespace

bool same_boot(const boot_marks& one, const boot_marks& other) {
    return agree(one.kernel, other.kernel) || agree(one.memory, other.memory);
}

std::string boot_clock_offset(std::string_view timens_offsets) {
    const auto line = timens_offsets.find("boottime");
    if (line == std::string_view::npos) return {}; // a kernel without time namespaces
    std::string_view rest = timens_offsets.substr(line + std::string_view("boottime").size());
    rest = rest.substr(0, rest.find('\n'));
    std::string offset;
    bool is_zero = true;
    for (const char c : rest) {
        if (c == ' ' || c == '\t') {
            // Fields are separated by runs of spaces; a dot stands for each.
            if (!offset.empty() && offset.back() != '.') offset.push_back('.');
            continue;
        }
        offset.push_back(c);
        is_zero = is_zero && c == '0';
    }
    return is_zero ? std::string() : offset;
}

boot_marks boot_marks_now(const std::string& memory_directory) {
    const std::string offset = boot_clock_offset(read_text("/proc/self/timens_offsets"));
    boot_marks marks{first_line(read_text("/proc/sys/kernel/random/boot_id")),
                     memory_mark(memory_directory)};
    // Times of another namespace compare with nothing, so its offset makes the marks differ.
    for (std::string* const mark : {&marks.kernel, &marks.memory})
        if (!mark->empty() && !offset.empty()) *mark += '@' + offset;
    return marks;
}

} // namespace hubspool
