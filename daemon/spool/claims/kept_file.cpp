#include "spool/claims/kept_file.hpp"

#include "base/clocks.hpp"
#include "os/system_failure.hpp"
#include "spool/queue_names.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

namespace hubspool {

result<std::optional<kept_file>> open_kept_file(const queue_layout& layout,
                                                const claimed_file& file,
                                                std::optional<wall_time> settled) {
    const std::string name = format_claimed_name(file);
    std::vector<std::string> places{layout.subdirectory_path(layout.subdirectory_of(file.number)) +
                                    '/' + name};
    if (settled) places.push_back("done/" + iso_day(*settled) + '/' + name);
    places.push_back("rejected/" + name);
    for (std::string& path : places) {
        owned_descriptor found(::openat(layout.root.get(), path.c_str(),
                                        O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        if (!found && (errno == ENOENT || errno == ELOOP)) continue;
        if (!found) return system_failure("open", layout.shown(path), errno);
        struct stat look{};
        if (::fstat(found.get(), &look) != 0)
            return system_failure("look at", layout.shown(path), errno);
        if (!S_ISREG(look.st_mode)) continue;
        return std::optional(
            kept_file{std::move(found), std::move(path), static_cast<std::uint64_t>(look.st_size)});
    }
    return std::optional<kept_file>();
}

} // namespace hubspool
