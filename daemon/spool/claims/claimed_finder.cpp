#include "spool/claims/claimed_finder.hpp"

#include "os/system_failure.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <cerrno>

namespace hubspool {

result<std::optional<claimed_finder::found>> claimed_finder::find(const claimed_file& file) {
    const auto index = layout_.subdirectory_of(file.number);
    found at;
    at.name = format_claimed_name(file);
    // What is not there may be in a directory of that name that was made since.
    for (bool is_kept = kept_ && kept_index_ == index;; is_kept = false) {
        if (!is_kept) {
            kept_.reset();
            auto opened = layout_.open_subdirectory(index);
            if (!opened && opened.error().code == ENOENT) return std::optional<found>();
            if (!opened) return opened.error();
            kept_ = std::move(*opened);
            kept_index_ = index;
        }
        at.directory = kept_->get();
        const int error = look_at(at.directory, at.name, at.look);
        if (error == 0) return std::optional(std::move(at));
        if (error != ENOENT) return system_failure("look at", shown(file), error);
        if (!is_kept) return std::optional<found>();
    }
}

result<std::optional<claimed_look>> claimed_finder::look(const claimed_file& file) {
    const auto at = find(file);
    if (!at) return at.error();
    if (!*at) return std::optional<claimed_look>();
    const file_look& look = (*at)->look;
    return std::optional(claimed_look{look.size, look.mtime_ns, look.ctime_ns});
}

std::string claimed_finder::shown(const claimed_file& file) const {
    const auto index = layout_.subdirectory_of(file.number);
    return layout_.shown(
        fmt::format("{}/{}", layout_.subdirectory_path(index), format_claimed_name(file)));
}

} // namespace hubspool
