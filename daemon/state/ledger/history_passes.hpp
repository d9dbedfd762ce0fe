// A long way through the history: many passes over the same rows, each for one slice of all
// objects, as many as memory holds.
//
// So each object is written once, however often it was acknowledged. Taken in row by row, some
// hundred thousand objects at a time, most pages of the file would be written again and again.
// Slices are of a hash of the id; the first pass finds how wide one may be. Pure.
#pragma once

#include "core/words/fnv.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubspool {

class history_passes {
public:
    // Over the rows above `after` up to `upto`.
    history_passes(std::uint64_t after, std::uint64_t upto) : after_(after), upto_(upto) {}

    std::uint64_t after() const { return after_; }
    std::uint64_t upto() const { return upto_; }
    // Whether the object is of this pass.
    bool takes(std::string_view object_id) const { return place_of(object_id) - from_ < width_; }
    // The slice holds more than memory does: half of it is left to later passes. False: there is no
    // narrower one.
    bool narrow();
    bool is_last() const { return from_ + width_ == places; }
    // Begins the next one, after one that found `held` objects where `held_max` have room. There
    // must be one.
    void begin_next(std::size_t held, std::size_t held_max);

private:
    static constexpr std::uint64_t places = std::uint64_t{1} << 32;
    static std::uint64_t place_of(std::string_view object_id) {
        // The upper half depends on all bytes.
        return fnv_64(object_id) >> 32;
    }

    std::uint64_t after_, upto_;
    std::uint64_t from_ = 0, width_ = places; // the slice
};

} // namespace hubspool
