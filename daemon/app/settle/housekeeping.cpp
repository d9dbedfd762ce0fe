#include "app/settle/housekeeping.hpp"

#include "base/log.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

std::optional<order_key> housekeeping::look(boot_time now, wall_time wall,
                                            const asked_key& keep_from) {
    // Looked at each time; it knows itself when it is due.
    space_.look(queue_.survey(), options_, now);
    if (now < next_) return std::nullopt;
    next_ = now + interval;
    // Before rows are dropped: a move that a power loss takes back needs its row again.
    if (const result<void> synced = queue_.moves().sync(); !synced) {
        log::error("moves out of cur/ are not durable yet: " + synced.error().message);
        return std::nullopt; // rows of the state are dropped only after that
    }
    const std::optional<order_key> horizon =
        trim_history(wall, knows_oldest_ ? keep_from() : std::optional(order_key{}));
    if (const auto swept = queue_.moves().sweep_done(wall, options_.queue.retention); !swept)
        log::warning("done/ was not swept: " + swept.error().message);
    // There is room again, perhaps, after an ENOSPC.
    if (const auto reserve = outcome_store_.restore_reserve(); !reserve)
        log::debug("the disk reserve is not back yet: " + reserve.error().message);
    return horizon;
}

// What a file in cur/ needs is not dropped, also when reading has not come to that file yet; what
// is claimed from now on gets a number above all that a row can name.
std::optional<order_key> housekeeping::trim_history(wall_time wall,
                                                    const std::optional<order_key>& keep_from) {
    const result<std::optional<std::uint64_t>> lowest = queue_.survey().lowest_claimed();
    result<order_key> trimmed = order_key{};
    if (!lowest)
        trimmed = lowest.error();
    else
        trimmed = outcome_store_.trim(
            {wall - options_.state.history, lowest->value_or(no_file), keep_from});
    if (trimmed) return *trimmed;
    log::warning("old history was not removed: " + trimmed.error().message);
    return std::nullopt;
}

} // namespace hubspool
