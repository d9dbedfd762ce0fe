// The queue directory as the simulated world keeps it: claims, moves and cur/.run, each with what
// of it a power loss undoes.
#pragma once

#include "core/books/start_plan.hpp"
#include "simulation/simulated_records.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace hubspool::simulation {

class simulated_directory {
public:
    const std::map<std::uint64_t, std::size_t>& cur() const { return cur_; } // number -> arrival
    // Of all that was claimed, also of what has left.
    std::size_t arrival_of(std::uint64_t number) const { return claims_.at(number); }
    std::size_t claimed() const { return claimed_; } // arrivals, in their order
    std::optional<std::uint64_t> lowest() const {
        return cur_.empty() ? std::nullopt : std::optional(cur_.begin()->first);
    }
    std::set<std::size_t> left() const; // arrivals that have left it
    std::uint64_t largest() const { return claims_.empty() ? 0 : claims_.rbegin()->first; }

    // `came`: when its name appeared, by the wall clock. `base`: of a replay, which arrival.
    void claim(std::uint64_t number, as_of_ms came, std::optional<std::size_t> base = {});
    // What the names of files in cur/ and of those that have left tell.
    hubspool::simulation::claim name_of(std::uint64_t number) const { return names_.at(number); }
    as_of_ms last_stamp() const;
    // The numbers that were claimed since the last time; durable from now on.
    std::vector<std::uint64_t> sync_claims();
    bool claims_wait() const { return !undurable_claims_.empty(); }
    void leave(std::uint64_t number);
    void sync_moves() { undurable_moves_.clear(); }

    const std::optional<run_mark>& mark() const { return mark_; }
    void write_mark(const run_mark& mark) {
        mark_ = mark;
        if (!durable_mark_) durable_mark_ = mark; // it is fsynced when it is made
    }
    void write_back() { durable_mark_ = mark_; } // the kernel, when it likes

    // Of what was not made durable the newest part is undone, in the order in which it came.
    void lose_power(std::uint64_t random);

private:
    std::map<std::uint64_t, std::size_t> cur_, claims_;
    std::map<std::uint64_t, hubspool::simulation::claim> names_;
    std::map<std::size_t, std::uint64_t> numbers_; // by arrival; the last
    std::size_t claimed_ = 0;
    std::vector<std::uint64_t> undurable_claims_, undurable_moves_;
    std::optional<run_mark> mark_, durable_mark_;
};

} // namespace hubspool::simulation
