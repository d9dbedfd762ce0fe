#include "core/reading/opening_patience.hpp"

namespace hubspool {

bool opening_patience::allows_another(const failed_opening& failed, boot_time now) {
    switch (failed.obstacle) {
    case opening_obstacle::of_file: return false;
    case opening_obstacle::of_process: return true;
    case opening_obstacle::links:
    case opening_obstacle::lease: break;
    }
    // Counted from the first try: what never goes away must not hold up the files behind it.
    if (!until_) until_ = now + failed.patience;
    return now < *until_;
}

} // namespace hubspool
