// The queue directory as the simulated world keeps it: claims, moves and cur/.run, each with what
// of it a power loss undoes.
#pragma once

#include "core/books/start_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
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
    std::uint64_t largest() const { return claims_.empty() ? 0 : claims_.rbegin()->first; }

    void claim(std::uint64_t number);
    // The numbers that were claimed since the last time; durable from now on.
    std::vector<std::uint64_t> sync_claims();
    bool claims_wait() const { return !undurable_claims_.empty(); }
    void leave(std::uint64_t number);
    void sync_moves() { undurable_moves_.clear(); }

    const std::optional<run_mark>& mark() const { return mark_; }
    void write_mark(const run_mark& mark) { mark_ = mark; }
    void write_back() { durable_mark_ = mark_; } // the kernel, when it likes

    // Of what was not made durable the newest part is undone, in the order in which it came.
    void lose_power(std::uint64_t random);

private:
    std::map<std::uint64_t, std::size_t> cur_, claims_;
    std::size_t claimed_ = 0;
    std::vector<std::uint64_t> undurable_claims_, undurable_moves_;
    std::optional<run_mark> mark_, durable_mark_;
};

} // namespace hubspool::simulation
