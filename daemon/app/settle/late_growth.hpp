// Looks again at files that have left cur/ for done/. What a producer writes to one by then is in
// no record that was read: it must not be lost without a word.
//
// Bounded: files_max files, each looked at for some minutes, in pauses that double while no file
// comes. State thread.
#pragma once

#include "spool/claims/queue_moves.hpp"
#include "state/outcome_store.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace hubspool {

class late_growth {
public:
    static constexpr std::size_t files_max = 1000;
    static constexpr milliseconds young_for = std::chrono::minutes(5);
    // At a start, files of the runs before count so long.
    static constexpr milliseconds young_for_a_start = std::chrono::hours(24);

    // It was moved to done/ just now.
    void watch(file_row row, boot_time now);
    // At the start: the young ones of the runs before are looked at once.
    void watch_files_of_before(outcome_store& outcomes, wall_time wall, boot_time now);

    std::optional<boot_time> next_look() const { return next_; }
    // Those that grew: moved to rejected/, out of reach of retention, and their rows say why.
    std::vector<file_row> look(queue_moves& moves, boot_time now);

private:
    struct settled_file {
        file_row row;
        boot_time until;
    };
    void add(file_row row, boot_time until, boot_time look_at);

    std::deque<settled_file> files_; // the newest at the back
    milliseconds pause_{0};
    std::optional<boot_time> next_;
};

} // namespace hubspool
