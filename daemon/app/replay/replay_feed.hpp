// Moves the replay that is under way on: puts its files into bulk/, a few at a time, until all of
// them are settled.
//
// Each has a name of its own, under which the queue and the books know it. So after any restart it
// is found again, and no file is put there twice. What waits in the queue is little: a pause or a
// cancel soon ends what is sent. Intake thread.
#pragma once

#include "core/words/time.hpp"
#include "spool/arrivals/replay_copy.hpp"
#include "spool/queue_directory.hpp"
#include "spool/record_source.hpp"
#include "state/replay/replay_jobs.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace hubspool {

// Files in the queue that are not settled.
struct files_under_way {
    std::map<std::string, std::uint64_t> sizes; // by name
    std::uint64_t bytes = 0;                    // of all of them

    void add(const std::string& name, std::uint64_t size) {
        if (sizes.emplace(name, size).second) bytes += size;
    }
};

class replay_feed {
public:
    // `queue` outlives it. In a drain nothing settles before all is read, and so nothing is waited
    // for.
    replay_feed(const queue_directory& queue, std::string state_directory, bool is_drain);

    // A step of bounded length. What fails is logged, and tried again the next time.
    brought step(wall_time now);
    // Why the last step failed, for a person; empty: it did not.
    const std::string& trouble() const { return trouble_; }

private:
    // In the queue and not settled: so much of it that the next batches are full.
    static constexpr std::uint64_t open_bytes_max = 16U << 20;
    static constexpr std::size_t open_files_max = 1000;
    static constexpr std::uint64_t bytes_a_step = 16U << 20;

    result<std::optional<replay_job>> look();
    result<brought> put_files(const replay_job& job);
    result<void> begin(const replay_job& job);
    result<void> find_put_files();
    result<void> close_settled();
    // The next file that is not in the queue yet; nothing: there is none.
    result<std::optional<replay_file>> next_file(const replay_job& job);
    result<bool> is_in_queue(const replay_file& file);
    // True: it is in the queue, or skipped.
    result<bool> copy(const replay_job& job, const replay_file& file);
    void remove_staged(const std::string& source);
    result<void> end(const replay_job& job, wall_time now);
    bool is_full() const;

    const queue_directory& queue_;
    std::string state_directory_;
    owned_descriptor state_; // the same
    bool is_drain_;
    std::optional<replay_jobs> jobs_;
    std::string trouble_;

    // Of the job under way.
    std::uint64_t id_ = 0;          // 0: none
    std::size_t next_ = 0;          // place of the next file
    std::deque<replay_file> files_; // from there on, some
    std::set<std::string> put_;     // by runs before; in bulk/ and cur/ at the beginning
    files_under_way open_;
    std::optional<replay_copy> copy_; // of the next file
};

} // namespace hubspool
