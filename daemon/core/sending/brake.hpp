// Notices when one reason makes dead letters of too many objects. Then the data or the portal is
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
    void died(const std::string& category, std::uint64_t place);
    // A person said resume: what happened is forgotten.
    void reset() { deaths_.clear(); }

private:
    static constexpr std::uint64_t nearest = 1000;

    brake_options options_;
    std::uint64_t sent_ = 0;
    std::map<std::string, std::deque<std::uint64_t>> deaths_; // places, ascending, the last ones
};

} // namespace hubspool
