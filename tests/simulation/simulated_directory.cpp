#include "simulation/simulated_directory.hpp"

#include <algorithm>
#include <utility>

namespace hubspool::simulation {

void simulated_directory::claim(std::uint64_t number, as_of_ms came,
                                std::optional<std::size_t> base) {
    const hubspool::simulation::claim::moment own{number, std::max(last_stamp(), came), came};
    numbers_[claimed_] = number;
    cur_[number] = claims_[number] = claimed_++;
    names_[number] = {own, base ? names_.at(numbers_.at(*base)).own : own};
    undurable_claims_.push_back(number);
}

std::set<std::size_t> simulated_directory::left() const {
    std::set<std::size_t> gone;
    for (const auto& [number, arrival] : claims_)
        if (!cur_.contains(number)) gone.insert(arrival);
    return gone;
}

as_of_ms simulated_directory::last_stamp() const {
    return names_.empty() ? 0 : names_.rbegin()->second.own.stamp;
}

std::vector<std::uint64_t> simulated_directory::sync_claims() {
    return std::exchange(undurable_claims_, {});
}

void simulated_directory::leave(std::uint64_t number) {
    cur_.erase(number);
    undurable_moves_.push_back(number);
}

void simulated_directory::lose_power(std::uint64_t random) {
    for (; !undurable_moves_.empty() && random % 4 != 0; random /= 4) {
        const std::uint64_t number = undurable_moves_.back();
        undurable_moves_.pop_back();
        cur_[number] = claims_.at(number);
    }
    for (; !undurable_claims_.empty() && random % 4 != 0; random /= 4) {
        const std::uint64_t number = undurable_claims_.back();
        undurable_claims_.pop_back();
        cur_.erase(number);
        claims_.erase(number);
        names_.erase(number);
        --claimed_;
    }
    undurable_claims_.clear();
    undurable_moves_.clear();
    mark_ = durable_mark_;
}

} // namespace hubspool::simulation
