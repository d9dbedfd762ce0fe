#include "core/sending/dead_letter_gate.hpp"

#include "core/words/object_hash.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace hubspool {

namespace {
constexpr std::size_t suspects_most = 1000;
constexpr std::size_t places_most = 100'000;
} // namespace

std::uint64_t dead_letter_gate::place_of(std::string_view object_id) {
    // Once it died, its place is remembered: its next change must not count as another object.
    const auto died = places_.find(object_id_hash(object_id));
    return died != places_.end() ? died->second : brake_.first_sent();
}

dead_letter_gate::ruling dead_letter_gate::weigh(const std::vector<condemned>& together,
                                                 bool parked) {
    std::map<std::string, std::vector<std::uint64_t>> places;
    // By category: one reason is what makes many deaths suspicious.
    for (const condemned& one : together) places[std::string(one.category)].push_back(one.place);
    // Under the park nobody dies: it asks what the suspects are worth.
    bool crosses = parked && !together.empty();
    std::string reason;
    for (const auto& [category, of_category] : places) {
        if (!brake_.would_cross(category, of_category)) continue;
        crosses = true;
        reason = category;
    }
    std::vector<std::uint64_t> of_all;
    for (const condemned& one : together) of_all.push_back(one.place);
    if (!crosses && brake_.would_cross_in_all(of_all)) {
        crosses = true;
        reason = std::string(together.back().category) + ", among other reasons,";
    }
    // All of them die, and count from now on.
    if (!crosses) {
        for (const auto& [category, of_category] : places)
            for (const std::uint64_t place : of_category) brake_.died(category, place);
        return {};
    }
    // Bounded: a thousand suspects ask as well as all.
    for (const condemned& one : together)
        if (suspects_.size() < suspects_most) suspects_.emplace_back(one.object_id);
    if (parked) return {false, {}};
    return {false,
            fmt::format("{} would make dead letters of more than {} objects ({}): is it the right "
                        "portal, and do all properties exist? Mend the cause, then `hubspool "
                        "resume`",
                        reason, count_, together.back().words)};
}

void dead_letter_gate::died(std::string_view object_id, std::uint64_t place) {
    // Bounded. What is forgotten may count twice.
    if (places_.size() >= places_most) places_.clear();
    places_[object_id_hash(object_id)] = place;
}

void dead_letter_gate::next_suspect() {
    // The probe asks with the first; this one goes to the end.
    if (!suspects_.empty()) std::rotate(suspects_.begin(), suspects_.begin() + 1, suspects_.end());
}

void dead_letter_gate::forget() {
    brake_.reset();
    suspects_.clear();
}

} // namespace hubspool
