#include "spool/claims/run_mark_file.hpp"

#include "core/words/fnv.hpp"
#include "os/owned_descriptor.hpp"
#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>
#include <string>
#include <string_view>

namespace hubspool {
namespace {

constexpr const char* file_name = ".run";
constexpr std::size_t line_bytes = 320; // always as long, and within one sector
constexpr std::size_t state_id_bytes_max = 128;

std::string format_mark(const run_mark& mark, bool has_stamp = true) {
    auto line = fmt::format("hubspool-run {} {} {} {} {}", has_stamp ? 2 : 1, mark.state_id,
                            mark.run, mark.last_number, mark.commit);
    if (has_stamp) line += fmt::format(" {}", mark.last_stamp);
    // The checksum covers what stands before it, and the padding keeps the size.
    line += fmt::format(" {:016x}", fnv_64(line));
    line.resize(line_bytes - 1, ' ');
    return line + '\n';
}

std::optional<run_mark> parse_mark(const std::string& line) {
    std::istringstream words(line);
    std::string name, version;
    run_mark mark;
    words >> name >> version >> mark.state_id >> mark.run >> mark.last_number >> mark.commit;
    // Version 1 has no stamp.
    const bool has_stamp = version != "1";
    if (has_stamp) words >> mark.last_stamp;
    // Written anew from its parts: one comparison checks form, checksum and padding.
    if (!words || format_mark(mark, has_stamp) != line) {
        return std::nullopt;
    }
    return mark;
}

bool is_word(const std::string& text) {
    return !text.empty() && text.size() <= state_id_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

} // namespace

result<std::optional<run_mark>> read_run_mark_file(int cur, const std::string& shown) {
    const owned_descriptor file(
        ::openat(cur, file_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ENOENT) {
        return std::optional<run_mark>();
    }
    // No file: this queue was never worked on. Other errors must not look like that.
    std::array<char, line_bytes> line{};
    const auto size = file ? ::pread(file.get(), line.data(), line.size(), 0) : -1;
    if (size < 0) {
        return system_failure("read", shown, errno);
    }
    return parse_mark(std::string(line.data(), static_cast<std::size_t>(size)));
}

result<void> write_run_mark_file(int cur, const run_mark& mark, const std::string& shown) {
    // A blank in it would move all fields behind.
    if (!is_word(mark.state_id)) {
        return system_failure("write the state's id into", shown, EINVAL, "it is no single word");
    }
    constexpr int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC;
    owned_descriptor file(::openat(cur, file_name, flags));
    const bool is_new = !file && errno == ENOENT;
    if (is_new) {
        file = owned_descriptor(::openat(cur, file_name, flags | O_CREAT, 0600));
    }
    if (!file) {
        return system_failure("write", shown, errno);
    }
    const auto line = format_mark(mark);
    // One pwrite within a sector: a crash leaves the old line, the new one, or a torn one.
    const auto written = ::pwrite(file.get(), line.data(), line.size(), 0);
    if (written != static_cast<ssize_t>(line.size())) {
        return system_failure("write", shown, written < 0 ? errno : ENOSPC);
    }
    // Without one the database would count as lost after a power loss, and old records as too late.
    if (is_new && (::fsync(file.get()) != 0 || ::fsync(cur) != 0)) {
        return system_failure("write", shown, errno);
    }
    return {};
}

} // namespace hubspool
