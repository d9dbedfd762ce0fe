// How far ahead of sending the day's count is durable: requests are sent only as far as a durable
// count covers them, so that a crash never makes the count too low. Pure; loop thread.
#pragma once

#include <cstdint>
#include <optional>

namespace hubspool {

class count_lease {
public:
    // From now on nothing is sent that is not covered.
    void begin() { begun_ = true; }
    // So much is durable, and nothing is under way to be: at a start, or when another day begins.
    void reset(std::uint64_t durable) { durable_ = asked_ = durable; }
    // The count that is to be made durable now, if any. `most`: what may be sent today.
    std::optional<std::uint64_t> wanted(std::uint64_t used, std::optional<std::uint64_t> most);
    void became_durable(std::uint64_t count) {
        if (count > durable_) durable_ = count;
    }
    // One more request than `used` may go.
    bool covers_next(std::uint64_t used) const { return !begun_ || used < durable_; }

private:
    bool begun_ = false;
    std::uint64_t durable_ = 0;
    std::uint64_t asked_ = 0; // on its way to be durable
    std::uint64_t step_ = 0;  // how far ahead was asked last
};

} // namespace hubspool
