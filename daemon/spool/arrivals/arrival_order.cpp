#include "spool/arrivals/arrival_order.hpp"

#include "core/words/printable.hpp"
#include "os/system_failure.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace hubspool {
namespace {

constexpr std::size_t skipped_max = 100;
constexpr std::int64_t future_ns = 1'000'000'000; // beyond all blur of clocks
constexpr std::size_t few = 100;                  // names, so that another listing costs little

bool in_order(const listed_file& a, const listed_file& b) {
    return a.before(b);
}

} // namespace

bool listed_file::before(const listed_file& other) const {
    return std::tie(ctime_ns, mtime_ns, name, lane) <
           std::tie(other.ctime_ns, other.mtime_ns, other.name, other.lane);
}

result<void> arrival_order::fill(const lane_directories& lanes) {
    // What is left of the listing before is taken first: its order still holds.
    if (!kept_.empty()) {
        return {};
    }
    // A listing that was cut goes on behind its last file; only a whole one counts the skipped
    // anew.
    if (!after_) {
        skipped_.clear();
        skipped_total_ = 0;
    }
    cut_ = false;
    too_young_ = false;
    listed_.clear();
    young_.clear();
    // Whether the clock was set is measured from here: the stamp and the times of files must come
    // from one clock.
    clock_.stepped();
    // Files with a ctime at or after this stamp may be joined by earlier ones that the listing
    // missed.
    stamp_ns_ = file_stamp_ns();
    // Both lanes together: between them, too, the order of arrival decides.
    for (const auto which : {lane::live, lane::bulk}) {
        if (auto listed = list(which, lanes.of(which)); !listed) {
            kept_.clear();
            return listed;
        }
    }
    if (auto taken = take_young(lanes); !taken) {
        kept_.clear();
        return taken;
    }
    // A clock set back meanwhile makes a late arrival look older than one the listing missed.
    if (clock_.stepped()) {
        kept_.clear();
        too_young_ = true;
        return {};
    }
    // The heap keeps the oldest ones; sorted and turned round, the next one is at the end.
    std::sort_heap(kept_.begin(), kept_.end(), in_order);
    std::reverse(kept_.begin(), kept_.end());
    // Some did not fit: the next fill goes on behind the newest that did.
    after_ = cut_ ? std::optional(kept_.front()) : std::nullopt;
    return {};
}

result<void> arrival_order::list(lane which, int directory) {
    const auto shown = fmt::format("{}/{}", queue_, lane_directory(which));
    // Names that are left alone are not even looked at.
    return each_name(directory, shown, [&](const std::string& name) {
        if (left_alone_.contain(name)) {
            return true;
        }
        // Remembered as long as they are few: then a second listing can prove that nothing was
        // missed.
        if (listed_.size() <= few) {
            listed_.push_back(fmt::format("{}/{}", lane_directory(which), name));
        }
        file_look look;
        const int error = look_at(directory, name, look);
        const listed_file file{look.ctime_ns, look.mtime_ns, name, which, look.inode};
        // A file that left between the listing and this look is simply gone.
        if (error == 0) {
            consider(file);
        } else if (error != ENOENT) {
            note(file, system_failure("look at", name, error).message);
        }
        return true;
    });
}

void arrival_order::consider(const listed_file& file) {
    // In the present tick, but not from a far future: a clock that was set back is no tick.
    if (file.ctime_ns >= stamp_ns_ && file.ctime_ns <= file_now_ns() + future_ns) {
        too_young_ = true;
        if (young_.size() <= few) {
            young_.push_back(file);
        }
        return;
    }
    keep(file);
}

// Those of the present tick, when what was listed is all that was there at one moment.
result<void> arrival_order::take_young(const lane_directories& lanes) {
    // Proving needs all names, and a listing from the start.
    if (young_.empty() || listed_.size() > few || after_) {
        return {};
    }
    const auto same = is_as_listed(lanes);
    if (!same) {
        return same.error();
    }
    // Something came or went meanwhile: they wait for the next tick.
    if (!*same) {
        return {};
    }
    too_young_ = false;
    // Two equal listings were one moment: nothing earlier can come any more.
    for (const listed_file& file : young_) {
        keep(file);
        stamp_ns_ = std::max(stamp_ns_, file.ctime_ns + 1);
    }
    return {};
}

result<bool> arrival_order::is_as_listed(const lane_directories& lanes) const {
    std::vector<std::string> again;
    for (const auto which : {lane::live, lane::bulk}) {
        // One name more than before is enough to know that they differ.
        const auto listed =
            each_name(lanes.of(which), fmt::format("{}/{}", queue_, lane_directory(which)),
                      [&](const std::string& name) {
                          if (!left_alone_.contain(name))
                              again.push_back(fmt::format("{}/{}", lane_directory(which), name));
                          return again.size() <= listed_.size();
                      });
        if (!listed) {
            return listed.error();
        }
    }
    return std::is_permutation(listed_.begin(), listed_.end(), again.begin(), again.end());
}

void arrival_order::keep(const listed_file& file) {
    // It was given with the listing before.
    if (after_ && !after_->before(file)) {
        return;
    }
    // Only the oldest are kept: a heap, so that a million names need no room.
    if (kept_.size() == kept_max_) {
        cut_ = true;
        if (!file.before(kept_.front())) {
            return;
        }
        std::pop_heap(kept_.begin(), kept_.end(), in_order);
        kept_.pop_back();
    }
    kept_.push_back(file);
    std::push_heap(kept_.begin(), kept_.end(), in_order);
}

void arrival_order::pop() {
    kept_.pop_back();
}

void arrival_order::skip(std::string why) {
    note(kept_.back(), std::move(why));
    kept_.pop_back();
}

void arrival_order::put_off() {
    too_young_ = true;
    kept_.pop_back();
}

milliseconds arrival_order::steady_for() {
    clock_.stepped();
    return clock_.steady_for();
}

void arrival_order::note(const listed_file& file, std::string why) {
    ++skipped_total_;
    // Bounded: the total tells the rest.
    if (skipped_.size() < skipped_max) {
        skipped_.push_back({fmt::format("{}/{}", lane_directory(file.lane), printable(file.name)),
                            std::move(why)});
    }
}

} // namespace hubspool
