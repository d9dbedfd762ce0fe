#include "app/daemon/rest_watch.hpp"

#include "app/settle/status_file.hpp"

#include <utility>

namespace hubspool {

bool rest_watch::look(boot_time now, wall_time wall) {
    for (changed_files& noted : rests_.take_all(milliseconds(0))) {
        noted_ = std::move(noted);
        holds_ = true;
    }
    if (holds_ && now >= told_at_ + rest_told_every) {
        touch_status_file(state_directory_);
        told_at_ = now;
    }
    // Only looked at in a rest; and once it must end, there is nothing more to see.
    if (!noted_ || !noted_->look(wall)) return false;
    noted_.reset();
    return true;
}

} // namespace hubspool
