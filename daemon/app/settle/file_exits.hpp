// Moves settled files out of cur/: to done/, to rejected/ when there is a reason to keep them, or
// away when done/ is not wanted. The books say which and when (core/books/queue_books.hpp).
//
// A move that fails is tried again, and holds back those behind it. Files in done/ are looked at
// again for some minutes (app/settle/late_growth.hpp). State thread.
#pragma once

#include "app/settle/late_growth.hpp"
#include "config/settings.hpp"
#include "core/books/queue_books.hpp"
#include "spool/claims/queue_moves.hpp"
#include "state/outcome_store.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class file_exits {
public:
    static constexpr milliseconds retry_every{1000};
    // A few hundred milliseconds: hundreds of thousands may be settled at once.
    static constexpr std::size_t moves_a_turn = 1000;

    // Both must outlive it.
    file_exits(queue_moves& moves, const settings& options) : moves_(moves), options_(options) {}

    // Once, at the start: young files that the runs before have settled.
    void watch_files_of_before(outcome_store& books, wall_time wall, boot_time now) {
        late_growth_.watch_files_of_before(books, wall, now);
    }
    // Those whose turn it is, so many at a time. One that has grown since it was read stays until
    // its row says so.
    void move(queue_books& books, boot_time now);
    // Perhaps others may leave at once.
    bool has_more() const { return has_more_; }
    // The size of a file in cur/ now; nothing: it cannot be told.
    std::optional<std::uint64_t> size_now(const file_row& row);

    // Rows of files that have grown in done/, and are in rejected/ now. `at_once`: do not wait for
    // the time to look.
    std::vector<file_row> look_for_late_growth(boot_time now, bool at_once);

    // When to move or to look again, if nothing else comes.
    std::optional<boot_time> next(boot_time now) const;
    std::uint64_t rejected() const { return rejected_; } // files, in this run

private:
    result<void> move_out(const file_row& row, boot_time now);

    queue_moves& moves_;
    const settings& options_;
    late_growth late_growth_;
    std::string trouble_; // of the first move that failed; said once
    std::uint64_t rejected_ = 0;
    bool has_more_ = false;
};

} // namespace hubspool
