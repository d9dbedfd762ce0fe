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
    bool is_there = false;
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
            {status.st_mtim.tv_sec, status.st_mtim.tv_nsec},
            text.substr(0, space),
            boot_time(milliseconds(until_ms))};
}

// A hash, since everybody can see the name.
found_mark newest_mark(const std::string& directory, const std::string& name) {
    found_mark newest;
    std::error_code none;
    std::filesystem::directory_iterator at(directory, none);
    for (; at != std::filesystem::directory_iterator(); at.increment(none)) {
        if (!at->path().filename().string().starts_with(name + '-')) continue;
        found_mark mark = read_mark(at->path());
        if (mark.is_there && mark.written > newest.written) newest = std::move(mark);
    }
    return newest;
}

} // namespace

std::optional<boot_time> take_over_credential(const std::string& identity,
                                              const std::string& state_id, milliseconds window,
                                              boot_time now, const std::string& memory_directory) {
    const std::string name = fmt::format("hubspool-used-{:016x}", fnv_64(identity));
    const found_mark before = newest_mark(memory_directory, name);
    boot_time until = std::min(before.until, now + window);
    // The other one may have sent up to a moment ago.
    if (before.is_there && before.state_id != state_id) until = now + window;

    const std::string own = fmt::format("{}/{}-{}", memory_directory, name, ::geteuid());
    const owned_descriptor file(
        ::open(own.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    // Cut short by a crash it names no state, and makes the next start wait.
    if (file)
        (void)!write_all(file.get(),
                         fmt::format("{} {}\n", state_id, until.time_since_epoch().count()));
    return now < until ? std::optional(until) : std::nullopt;
}

} // namespace hubspool
