#include "core/reading/crash_hunt.hpp"

#include <utility>

namespace hubspool {

crash_hunt::crash_hunt(std::optional<decode_crash> crash, std::set<record_place> given_up,
                       std::uint64_t block_bytes, std::uint64_t record_bytes_max)
    : crash_(crash), given_up_(std::move(given_up)), record_bytes_max_(record_bytes_max),
      reach_(block_bytes + record_bytes_max) {
    if (!crash_ || crash_->times < crashes_max) return;
    // Each time it was read by itself: no other can have been it.
    const record_place culprit{crash_->file, crash_->begin};
    if (given_up_.insert(culprit).second) newly_given_up_ = culprit;
    crash_.reset();
}

// Whether a block from `begin` on may hold bytes of the window that crashed.
bool crash_hunt::is_suspect(std::uint64_t file, std::uint64_t begin) const {
    return crash_ && crash_->file == file && begin < crash_->end && begin + reach_ > crash_->begin;
}

bool crash_hunt::is_of(std::uint64_t file) const {
    return (crash_ && crash_->file == file) ||
           given_up_.lower_bound({file, 0}) != given_up_.lower_bound({file + 1, 0});
}

bool crash_hunt::is_near_given_up(std::uint64_t file, std::uint64_t begin) const {
    return given_up_.lower_bound({file, begin}) != given_up_.lower_bound({file, begin + reach_});
}

const crash_hunt::step& crash_hunt::next(std::uint64_t file, std::uint64_t begin) {
    const bool suspect = is_suspect(file, begin);
    step how;
    // Near one that was given up it is read alone, so that its neighbours are decoded.
    how.one_by_one = suspect || is_near_given_up(file, begin);
    how.undecoded = given_up_.contains({file, begin});
    how.window = {file, begin, begin + (how.one_by_one ? record_bytes_max_ : reach_), 0};
    // Only the crashes of this very record are its own; the first may have been that of any in a
    // large block.
    if (suspect) how.window.times = crash_->begin == begin ? crash_->times : 1;
    at_hand_ = how;
    return at_hand_;
}

} // namespace hubspool
