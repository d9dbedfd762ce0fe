// Lets objects become dead letters, or holds them back: when one reason makes too many of them, the
// data or the portal are wrong as a whole, and the objects at hand are suspects to ask with.
//
// Pure; loop thread.
#pragma once

#include "core/sending/brake.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hubspool {

// An object that an answer condemns. Views into the answer's rulings.
struct condemned {
    std::string_view object_id;
    std::uint64_t place = 0; // in the order of first sending
    std::string_view category;
    std::string_view words;
};

class dead_letter_gate {
public:
    explicit dead_letter_gate(brake_options options) : brake_(options), count_(options.count) {}

    // The object's place in the order of first sending; one that died keeps its place: it comes
    // again and again, is bad each time, and is one object to the brake.
    std::uint64_t place_of(std::string_view object_id);

    struct ruling {
        bool may_die = true;
        std::string park_words; // when not: what a new park says; empty while one stands
    };
    // All that one answer condemns: they die together, or none does. `parked`: suspect_data stands.
    ruling weigh(const std::vector<condemned>& together, bool parked);
    void died(std::string_view object_id, std::uint64_t place);

    // Held back, the one to ask with first in front.
    const std::vector<std::string>& suspects() const { return suspects_; }
    void next_suspect(); // another one is in front
    // What happened is forgotten: by an operator's word, or because a suspect was delivered.
    void forget();

private:
    brake brake_;
    std::uint32_t count_;
    std::unordered_map<std::uint64_t, std::uint64_t> places_; // of those that died, by id hash
    std::vector<std::string> suspects_;
};

} // namespace hubspool
