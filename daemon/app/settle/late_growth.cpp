#include "app/settle/late_growth.hpp"

#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

constexpr milliseconds first_pause{2000};

// Moves it when it grew; its row says why then.
bool keep_if_grown(queue_moves& moves, file_row& row) {
    const claimed_file file = file_of(row);
    const auto now = moves.look_in_done(file, *row.settled);
    if (!now || !*now || (*now)->size <= row.size) return false;
    // The words name the remedy, because the row and the file beside it keep them for long.
    const std::string why = fmt::format(
        "{} bytes were written to it after it was settled (it grew from {} to {} bytes): what came "
        "later was not sent; queue that part anew, and let its producer rename only what is whole",
        (*now)->size - row.size, row.size, (*now)->size);
    if (const auto moved = moves.reject_from_done(file, *row.settled, why); !moved) {
        log::error("a file that grew after it was settled cannot be kept, and goes with done/: " +
                       moved.error().message,
                   {{"file", row.number}, {"name", row.name}});
        return false;
    }
    log::error("records were lost: " + why + "; it is in rejected/ now",
               {{"file", row.number}, {"name", row.name}});
    row.keep_because = why;
    return true;
}

} // namespace

void late_growth::watch(file_row row, boot_time now) {
    // A new file is looked at soon, and with it all others.
    pause_ = first_pause;
    add(std::move(row), now + young_for, now + first_pause);
}

void late_growth::watch_files_of_before(outcome_store& outcomes, wall_time wall, boot_time now) {
    auto rows = outcomes.load_done_files(wall - young_for_a_start, files_max);
    if (!rows)
        return log::warning("files that were settled before were not looked at again: " +
                            rows.error().message);
    // Until now: one look, and it is forgotten.
    for (file_row& row : *rows) add(std::move(row), now, now);
}

void late_growth::add(file_row row, boot_time until, boot_time look_at) {
    // The oldest goes: it has been looked at most often.
    if (files_.size() >= files_max) files_.pop_front();
    files_.push_back({std::move(row), until});
    next_ = std::min(next_.value_or(look_at), look_at);
}

std::vector<file_row> late_growth::look(queue_moves& moves, boot_time now) {
    std::vector<file_row> grown;
    std::erase_if(files_, [&](settled_file& file) {
        const bool kept = keep_if_grown(moves, file.row);
        if (kept) grown.push_back(std::move(file.row));
        // Kept ones are done with, and others when their time is over.
        return kept || file.until <= now;
    });
    next_.reset();
    // Twice as long each time: late writes come soon or never.
    pause_ = std::max(first_pause, 2 * pause_);
    if (!files_.empty()) next_ = now + pause_;
    return grown;
}

} // namespace hubspool
