// When the memory that reading has freed is given back to the system: looking at all that is free
// takes long, so only after much was read, and when reading pauses. Pure; loop thread.
#pragma once

#include <cstdint>

namespace hubspool {

class give_back_rule {
public:
    static constexpr std::uint64_t give_back_after_bytes = 64U << 20;

    // Blocks of the intake thread, whose heap they went through.
    void read(std::uint64_t bytes) { read_bytes_ += bytes; }
    // Reading has begun or paused. True: give back now.
    bool reading(bool begins) {
        if (begins || read_bytes_ < give_back_after_bytes) return false;
        read_bytes_ = 0;
        return true;
    }

private:
    std::uint64_t read_bytes_ = 0; // since the last time
};

} // namespace hubspool
