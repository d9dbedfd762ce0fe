#include "os/credential_mark.hpp"

#include "core/words/fnv.hpp"
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t mark_bytes_max = 256;

struct found_mark {
    bool is_there = false, is_this_user_s = false;
    std::pair<std::int64_t, std::int64_t> written; // seconds and nanoseconds
    std::string state_id;
    boot_time until = {}; // so long its own run waited for that of another state
};

// O_NOFOLLOW and O_NONBLOCK: a link leads elsewhere, and a FIFO would wait for ever.
found_mark read_mark(const std::string& path) {
    const owned_descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
    const std::string text = read_at_most(file.get(), mark_bytes_max).value_or("");
    const std::size_t space = std::min(text.find(' '), text.size());
    std::int64_t until_ms = 0;
    if (space < text.size())
        std::from_chars(text.data() + space + 1, text.data() + text.size(), until_ms);
    return {true,
            status.st_uid == ::geteuid(),
            {status.st_mtim.tv_sec, status.st_mtim.tv_nsec},
            text.substr(0, space),
            boot_time(milliseconds(until_ms))};
}

struct newest_marks {
    found_mark own, others; // of this state, of another one
};

newest_marks read_marks(const std::string& directory, const std::string& name,
                        const std::string& state_id) {
    newest_marks newest;
    std::error_code none;
    std::filesystem::directory_iterator at(directory, none);
    for (; at != std::filesystem::directory_iterator(); at.increment(none)) {
        if (!at->path().filename().string().starts_with(name + '-')) continue;
        found_mark mark = read_mark(at->path());
        // Everybody can read a state's id: who only claims to be this one must not hide another.
        if (!mark.is_there || (mark.state_id == state_id && !mark.is_this_user_s)) continue;
        found_mark& kept = mark.state_id == state_id ? newest.own : newest.others;
        if (!kept.is_there || mark.written > kept.written) kept = std::move(mark);
    }
    return newest;
}

// Cut short by a crash it names no state, and makes the next start wait.
void write_mark(const std::string& path, const std::string& text) {
    // A FIFO would wait for a reader.
    const owned_descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0) return;
    // Nothing is cut that somebody may have linked here.
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || status.st_uid != ::geteuid()) return;
    if (::ftruncate(file.get(), 0) == 0) (void)!write_all(file.get(), text);
}

} // namespace

std::optional<boot_time> take_over_credential(const std::string& identity,
                                              const std::string& state_id, milliseconds window,
                                              boot_time now, const std::string& memory_directory) {
    // A hash, since everybody can see the name.
    const std::string name = fmt::format("hubspool-used-{:016x}", fnv_64(identity));
    const newest_marks before = read_marks(memory_directory, name, state_id);
    boot_time until = std::min(before.own.until, now + window);
    // The other one may have sent up to a moment ago.
    if (before.others.is_there &&
        (!before.own.is_there || before.others.written >= before.own.written)) {
        until = now + window;
    }
    write_mark(fmt::format("{}/{}-{}", memory_directory, name, ::geteuid()),
               fmt::format("{} {}\n", state_id, until.time_since_epoch().count()));
    return now < until ? std::optional(until) : std::nullopt;
}

} // namespace hubspool
