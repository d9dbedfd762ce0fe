#include "spool/arrivals/queue_scan.hpp"

#include "core/reading/likely_text.hpp"
#include "core/words/named_as_of.hpp"
#include "os/system_failure.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hubspool {
namespace {

constexpr std::size_t listed_max = 100'000; // some 30 MB at the longest names
constexpr std::int64_t ms_ns = 1'000'000;

milliseconds rounded_up(std::int64_t ns) {
    return milliseconds((ns + ms_ns - 1) / ms_ns);
}

} // namespace

queue_scan::queue_scan(const queue_layout& layout, milliseconds quiet_period)
    : layout_(layout), quiet_period_(quiet_period),
      order_(layout.path, layout.left_alone, listed_max) {
}

scan_result queue_scan::scan(next_claim& next, std::size_t files_max,
                             const announced_name& announced) {
    scan_result out;
    auto lanes = open_lanes();
    if (!lanes) {
        out.error = lanes.error();
        return out;
    }
    auto at = step::go_on;
    // What an earlier scan could not make durable goes out first, and alone: order.
    const bool retry = !undurable_.empty();
    // What arrived since an earlier listing was announced then, and is not in it: list again after
    // it.
    const bool earlier_listing = order_.front() != nullptr;
    if (!retry) {
        if (auto filled = order_.fill(*lanes); !filled) {
            out.error = filled.error();
            return out;
        }
        // One after the other in order of arrival; each claim may end the scan.
        while (at == step::go_on && order_.front() != nullptr && undurable_.size() < files_max) {
            at = take_first(*lanes, next, announced, out);
        }
    }
    // Only what is durable is handed on: else a power loss could give a number twice.
    if (auto durable = make_durable(*lanes); durable) {
        out.claimed = std::exchange(undurable_, {});
    } else {
        out.error = durable.error();
    }
    // More may be there at once: what was listed earlier, or did not fit.
    if (at == step::go_on && (retry || earlier_listing || order_.more())) {
        out.again_after = milliseconds(0);
    } else if (at == step::go_on && order_.too_young()) {
        // What is too young is old enough with the next tick of the file system's clock.
        out.again_after = rounded_up(file_tick_ns());
    }
    out.skipped = order_.skipped();
    out.skipped_total = order_.skipped_total();
    return out;
}

result<lane_directories> queue_scan::open_lanes() const {
    auto live = layout_.open_lane(lane::live);
    if (!live) {
        return live.error();
    }
    auto bulk = layout_.open_lane(lane::bulk);
    if (!bulk) {
        return bulk.error();
    }
    return lane_directories{std::move(*live), std::move(*bulk)};
}

queue_scan::step queue_scan::take_first(const lane_directories& lanes, next_claim& next,
                                        const announced_name& announced, scan_result& out) {
    const auto& file = *order_.front();
    const int directory = lanes.of(file.lane);
    file_look look;
    // Looked at again: since the listing it may have been changed or taken away.
    const int error = look_at(directory, file.name, look);
    if (error == ENOENT) {
        order_.pop();
        return step::go_on;
    }
    if (error != 0) {
        out.error = system_failure(
            "look at", layout_.shown(fmt::format("{}/{}", lane_directory(file.lane), file.name)),
            error);
        return step::fail;
    }
    if (look.ctime_ns != file.ctime_ns || look.inode != file.inode) {
        order_.put_off(); // changed since the listing: it has another place in the order now
        return step::go_on;
    }
    // Stepped over, not waited for: others behind it need not stand still for it.
    if (auto why = reading_obstacle(directory, file.name, look); !why.empty()) {
        order_.skip(std::move(why));
        return step::go_on;
    }
    // Not ready: nothing behind it may get a lower number, so the scan ends here.
    if (const auto rest = unrest(file, announced); rest > milliseconds(0)) {
        out.again_after = rest;
        return step::wait;
    }
    // What may be claimed up to that number stays small: so the frontier can be kept that far
    // ahead.
    const bool is_large = likely_text_bytes(file.name, look.size) > large_file_bytes;
    if (is_large && next.number <= large_above_) next.number = large_above_ + 1;
    return claim(file, look.size, directory, next, out);
}

queue_scan::step queue_scan::claim(const listed_file& file, std::uint64_t size, int directory,
                                   next_claim& next, scan_result& out) {
    const std::uint64_t number = next.number++;
    const auto into = subdirectory(layout_.subdirectory_of(number));
    if (!into) {
        out.error = into.error();
        return step::fail;
    }
    // The claimed name must fit NAME_MAX, so a long one is cut.
    const auto name = cut_producer_name(file.name);
    const as_of_ms stamp = stamp_of_claim(next.stamp, file.ctime_ns / ms_ns, file_now_ns() / ms_ns);
    const claimed_file claimed{number, file.lane, name, size, order_of_claim(number, stamp, name)};
    const int error = move_entry(directory, file.name, *into, format_claimed_name(claimed));
    if (error != 0) {
        return after_failed_rename(file, directory, error, out);
    }
    // To be fsynced before anybody is told of the claim.
    touched_subdirectories_.insert(current_index_);
    next.stamp = stamp;
    undurable_.push_back(claimed);
    order_.pop();
    return step::go_on;
}

queue_scan::step queue_scan::after_failed_rename(const listed_file& file, int directory, int error,
                                                 scan_result& out) {
    file_look look;
    // Its producer took it away between the look and the rename.
    if (error == ENOENT && look_at(directory, file.name, look) == ENOENT) {
        order_.pop();
        return step::go_on;
    }
    if (error == EEXIST) {
        return step::go_on; // the number is taken: the file gets the next one
    }
    // The look tells a file that cannot be moved from one that has gone.
    if (is_moving_obstacle(error) && look_at(directory, file.name, look) == 0) {
        order_.skip(moving_obstacle(error, look));
        return step::go_on;
    }
    current_.reset(); // it may have been deleted under us
    out.error = system_failure(
        "claim", layout_.shown(fmt::format("{}/{}", lane_directory(file.lane), file.name)), error);
    return step::fail;
}

milliseconds queue_scan::unrest(const listed_file& file, const announced_name& announced) {
    // inotify saw the rename: a finished file, by the contract.
    if (announced && announced(file.lane, file.name)) {
        return milliseconds(0);
    }
    const auto now = file_now_ns();
    // A ctime from the future says nothing of its age: the quiet period is counted on our own
    // clock. So it is when the clock was set back since the listing.
    if (order_.from_future(file) || file.ctime_ns > now) {
        return std::max(milliseconds(0), quiet_period_ - order_.steady_for());
    }
    // Every write sets both times. A mtime in the future was set by hand and says nothing.
    const auto touched =
        file.mtime_ns > now ? file.ctime_ns : std::max(file.mtime_ns, file.ctime_ns);
    const auto rest = touched + quiet_period_.count() * ms_ns - now;
    return std::clamp(rounded_up(rest), milliseconds(0), quiet_period_);
}

result<int> queue_scan::subdirectory(std::uint64_t index) {
    // Claims go into one subdirectory 10,000 times in a row: it stays open.
    if (current_ && current_index_ == index) {
        return current_.get();
    }
    const auto shown = layout_.shown(layout_.subdirectory_path(index));
    // 0700: nothing in cur/ is a producer's any more.
    auto made = make_directory(layout_.cur.get(), format_subdirectory(index), 0700, shown);
    if (!made) {
        return made.error();
    }
    made_subdirectory_ = made_subdirectory_ || *made;
    auto opened = layout_.open_subdirectory(index);
    if (!opened) {
        return opened.error();
    }
    current_ = std::move(*opened);
    current_index_ = index;
    return current_.get();
}

result<void> queue_scan::make_durable(const lane_directories& lanes) {
    if (touched_subdirectories_.empty()) {
        return {};
    }
    // First where the names are now, then where they were: a crash may leave both, never none.
    for (const auto index : touched_subdirectories_) {
        if (auto synced = layout_.sync_subdirectory(index); !synced) {
            return synced;
        }
    }
    // A new subdirectory is durable only with its own entry in cur/.
    if (made_subdirectory_) {
        if (auto synced = layout_.sync(layout_.cur.get(), "cur"); !synced) {
            return synced;
        }
    }
    for (const auto which : {lane::live, lane::bulk}) {
        if (auto synced = layout_.sync(lanes.of(which), lane_directory(which)); !synced) {
            return synced;
        }
    }
    touched_subdirectories_.clear();
    made_subdirectory_ = false;
    return {};
}

} // namespace hubspool
