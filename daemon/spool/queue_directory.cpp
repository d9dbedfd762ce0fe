#include "spool/queue_directory.hpp"

#include "os/system_failure.hpp"
#include "spool/claims/run_mark_file.hpp"
#include "spool/claims/stamp_claims.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hubspool {

queue_directory::queue_directory(std::shared_ptr<const queue_layout> layout,
                                 milliseconds quiet_period)
    : layout_(std::move(layout)), arrivals_(*layout_, quiet_period), moves_(*layout_),
      survey_(layout_) {
}

result<std::unique_ptr<queue_directory>> queue_directory::open(const queue_options& options) {
    auto layout = queue_layout::open(options, queue_access::work);
    if (!layout) return layout.error();
    return std::make_unique<queue_directory>(std::move(*layout), options.quiet_period);
}

result<void> queue_directory::stamp_claims(as_of_ms newest) const {
    return hubspool::stamp_claims(*layout_, newest);
}

result<std::optional<run_mark>> queue_directory::read_run_mark() const {
    return read_run_mark_file(layout_->cur.get(), layout_->shown("cur/.run"));
}

result<void> queue_directory::sync_moves_of_before() const {
    // They may have gone to any day of done/, so the whole file system is asked.
    if (::syncfs(layout_->cur.get()) != 0) {
        return system_failure("make durable what lies in", layout_->shown("cur"), errno);
    }
    return {};
}

result<void> queue_directory::write_run_mark(const run_mark& mark) const {
    return write_run_mark_file(layout_->cur.get(), mark, layout_->shown("cur/.run"));
}

} // namespace hubspool
