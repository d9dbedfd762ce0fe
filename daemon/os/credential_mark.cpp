#include "os/credential_mark.hpp"

#include "core/limits/window_takeover.hpp"
#include "core/words/fnv.hpp"
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace hubspool {

namespace {

constexpr std::size_t mark_bytes_max = 256;

// Of a text "STATE WRITTEN UNTIL", by the boot clock in milliseconds. Cut short by a crash it names
// no state, and no time.
use_mark parse_mark(std::string_view text, const std::string& state_id) {
    use_mark mark;
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos || !text.ends_with('\n')) return mark;
    const std::string_view times = text.substr(space + 1);
    std::int64_t written_ms = 0, until_ms = 0;
    const char* const end = times.data() + times.size();
    const auto [written_end, bad] = std::from_chars(times.data(), end, written_ms);
    if (bad != std::errc() || *written_end != ' ') return mark;
    const auto [until_end, bad_too] = std::from_chars(written_end + 1, end, until_ms);
    if (bad_too != std::errc() || *until_end != '\n') return mark;
    mark.by_this_state = text.substr(0, space) == state_id;
    mark.written = boot_time(milliseconds(written_ms));
    mark.waits_until = boot_time(milliseconds(until_ms));
    return mark;
}

// O_NOFOLLOW and O_NONBLOCK: a link leads elsewhere, and a FIFO would wait for ever.
std::optional<use_mark> read_mark(const std::string& path, const std::string& state_id) {
    const owned_descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    use_mark mark = parse_mark(read_at_most(file.get(), mark_bytes_max).value_or(""), state_id);
    mark.by_this_user = status.st_uid == ::geteuid();
    return mark;
}

std::vector<use_mark> read_marks(const std::string& directory, const std::string& name,
                                 const std::string& state_id) {
    std::vector<use_mark> found;
    std::error_code none;
    std::filesystem::directory_iterator at(directory, none);
    for (; at != std::filesystem::directory_iterator(); at.increment(none)) {
        if (!at->path().filename().string().starts_with(name + '-')) continue;
        if (const auto mark = read_mark(at->path(), state_id)) found.push_back(*mark);
    }
    return found;
}

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
    const boot_time until =
        window_taken_until(read_marks(memory_directory, name, state_id), window, now);
    write_mark(fmt::format("{}/{}-{}", memory_directory, name, ::geteuid()),
               fmt::format("{} {} {}\n", state_id, now.time_since_epoch().count(),
                           until.time_since_epoch().count()));
    return now < until ? std::optional(until) : std::nullopt;
}

} // namespace hubspool
