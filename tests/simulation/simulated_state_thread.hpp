// The state thread of one process: what it is told, and in which order it makes that durable, tells
// of it, and moves files. Between any two of its turns the process may be killed. Books and commits
// are the real ones.
#pragma once

#include "app/settle/settle_messages.hpp"
#include "core/books/group_commit.hpp"
#include "core/books/queue_books.hpp"
#include "core/engine/engine_event.hpp"
#include "simulation/simulated_directory.hpp"
#include "simulation/simulated_store.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <set>

namespace hubspool::simulation {

class simulated_state_thread {
public:
    struct surroundings {
        simulated_directory& queue;
        simulated_store& store;
        std::mt19937_64& random;
        const operator_request& asked; // as operators have made it durable
        std::function<void(event::any)> told;
        std::function<void(const commit_unit&)> committed;
    };
    // What the start has found, and the mark that it has written.
    simulated_state_thread(surroundings around, const run_mark& mark, const totals& before,
                           std::map<std::uint64_t, open_file> open, std::uint64_t unread_from);

    void tell(settle_message message) { told_.push_back(std::move(message)); }
    void turn(boot_time now, wall_time wall);
    bool is_busy() const;
    // It does so between its turns, with all that it was told of reading; what is gathered stays as
    // it is.
    void trim(wall_time before);

private:
    enum class step : std::uint8_t { take, commit, note, tell, move };

    void take_told(boot_time now);
    void take(file_started& m);
    void take(block_read& m) { books_.block_read(m.file, m.from, {0, 0, {}, m.oldest}); }
    void take(file_read& m) { books_.read_to_end(m.file, m.end.records_in, {}, now_); }
    void take(frontier_wanted& m) { gathered_.raise_frontier(m.which, m.upto); }
    void take(day_counted& m) { gathered_.count_day(m.count); }
    void take(parks_changed& m) { gathered_.replace_parks(std::move(m.parks)); }
    void take(request_wanted&) { requests_read_.push_back(around_.asked); }
    void take(outcome_ready& m);
    void take(live_status&) {}
    void take(reading_passed&) { knows_oldest_ = true; }
    void take(progress_asked&) {}
    void take(portal_changed& m) { gathered_.change_portal(std::move(m.change)); }
    void commit(wall_time wall);
    void tell_durable();
    void move_one();
    bool chance(double share);

    surroundings around_;
    run_mark mark_;
    group_commit gathered_;
    queue_books books_;
    std::set<std::uint64_t> in_books_; // their numbers, for rows_by_mark
    std::deque<settle_message> told_;
    std::deque<operator_request> requests_read_; // and not told yet
    bool knows_oldest_ = false;
    step next_ = step::move;
    group_commit::durable durable_; // not told yet
    boot_time now_ = {};
};

} // namespace hubspool::simulation
