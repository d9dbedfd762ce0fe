#include "spool/queue_survey.hpp"

#include "spool/claims/claimed_files.hpp"
#include "spool/claims/claimed_finder.hpp"
#include "spool/claims/last_given.hpp"
#include "spool/claims/reason_file.hpp"
#include "spool/directory_access.hpp"

#include <sys/statvfs.h>

#include <limits>
#include <utility>

namespace hubspool {

result<std::unique_ptr<queue_survey>> queue_survey::open(const queue_options& options) {
    auto layout = queue_layout::open(options, queue_access::look);
    if (!layout) return layout.error();
    return std::make_unique<queue_survey>(std::move(*layout));
}

result<std::vector<claimed_file>> queue_survey::claimed(std::vector<skipped_name>& skipped) const {
    return claimed_page(0, std::numeric_limits<std::size_t>::max(), skipped);
}

result<std::vector<claimed_file>> queue_survey::claimed_page(std::uint64_t after,
                                                             std::size_t files_max,
                                                             std::vector<skipped_name>& skipped,
                                                             std::optional<lane> only) const {
    return list_claimed(*layout_, after, files_max, skipped, only);
}

result<std::optional<std::uint64_t>> queue_survey::lowest_claimed() const {
    return lowest_number_in(*layout_);
}

result<last_given> queue_survey::given() const {
    return last_given_in(*layout_);
}

result<std::optional<claimed_look>> queue_survey::look(const claimed_file& file) const {
    return claimed_finder(*layout_).look(file);
}

result<std::optional<kept_file>> queue_survey::open_kept(const claimed_file& file,
                                                         std::optional<wall_time> settled) const {
    return open_kept_file(*layout_, file, settled);
}

result<queue_backlog> queue_survey::waiting() const {
    return survey_waiting(*layout_);
}

std::uint64_t queue_survey::waiting_since(wall_time at) const {
    return count_waiting_since(*layout_, at);
}

std::uint64_t queue_survey::rejected() const {
    std::uint64_t files = 0;
    (void)each_name(layout_->rejected.get(), layout_->shown("rejected"),
                    [&](const std::string& name) {
                        if (!is_reason(name)) ++files;
                        return true;
                    });
    return files;
}

std::uint64_t queue_survey::free_bytes() const {
    struct statvfs found{};
    // 0 on an error: better a warning too many.
    return ::fstatvfs(layout_->root.get(), &found) == 0
               ? std::uint64_t{found.f_bavail} * found.f_frsize
               : 0;
}

} // namespace hubspool
