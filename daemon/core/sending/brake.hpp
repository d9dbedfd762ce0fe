// Notices when one reason makes dead letters of too many objects, or all reasons together of four
// times as many. Then the data or the portal is
// wrong as a whole, and going on would empty the queue into the dead letters.
//
// Pure; loop thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace hubspool {

struct brake_options {
    std::uint32_t count = 50; // objects
    double share = 0.05;      // of the objects nearest in order of first sending
};

class brake {
public:
    explicit brake(brake_options options) : options_(options) {}

    // Gives an object its place in the order of first sending, from 1.
    std::uint64_t first_sent() { return ++sent_; }

    // Whether dead letters for `category` of objects with these places would cross the line.
    bool would_cross(const std::string& category, const std::vector<std::uint64_t>& places) const;
    // The same for whatever reason: categories may differ from answer to answer.
    bool would_cross_in_all(const std::vector<std::uint64_t>& places) const;
    void died(const std::string& category, std::uint64_t place);
    // A person said resume: what happened is forgotten.
    void reset() {
        deaths_.clear();
        all_deaths_.clear();
    }

private:
    using place_list = std::deque<std::uint64_t>; // places, ascending, the last ones

    static constexpr std::uint64_t nearest = 1000;

    bool are_too_many(const place_list& known, const std::vector<std::uint64_t>& places,
                      std::uint32_t times) const;
    void add(place_list& places, std::uint64_t place, std::uint32_t times) const;

    brake_options options_;
    std::uint64_t sent_ = 0;
    std::map<std::string, place_list> deaths_; // by category
    place_list all_deaths_;                    // whatever the category
};

} // namespace hubspool
