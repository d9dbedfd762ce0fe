// The hunt for a record that crashes the decoder.
//
// After a crash the window that was being decoded is read record by record, so that the next crash
// names the one. A record that has crashed so three times is given up: it becomes a dead letter
// without being decoded, in this run and all that follow. Nothing else is given up with it. Pure;
// intake thread.
#pragma once

#include "core/reading/decode_crash.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <utility>

namespace hubspool {

class crash_hunt {
public:
    static constexpr std::uint32_t crashes_max = 3;
    using record_place = std::pair<std::uint64_t, std::uint64_t>; // file, offset

    // What the runs before left: a confirmed crash, and the records that are given up. A block is
    // of about `block_bytes`, and runs on to the end of its last record.
    crash_hunt(std::optional<decode_crash> crash, std::set<record_place> given_up,
               std::uint64_t block_bytes, std::uint64_t record_bytes_max);

    // The record that is given up from now on: to be noted for the runs that follow, at the start.
    std::optional<record_place> newly_given_up() const { return newly_given_up_; }

    // How to read on at `begin` of a file.
    struct step {
        bool one_by_one = false; // a record a block
        bool undecoded = false;  // and the one at `begin` is given up
        decode_crash window;     // to be noted while it is decoded
    };
    const step& next(std::uint64_t file, std::uint64_t begin);
    // As next() said last.
    const step& at_hand() const { return at_hand_; }
    // Of such a file nothing may be decoded ahead: next() would not be asked about it.
    bool is_of(std::uint64_t file) const;

private:
    bool is_suspect(std::uint64_t file, std::uint64_t begin) const;
    bool is_near_given_up(std::uint64_t file, std::uint64_t begin) const;

    std::optional<decode_crash> crash_;
    std::set<record_place> given_up_;
    std::optional<record_place> newly_given_up_;
    std::uint64_t record_bytes_max_;
    std::uint64_t reach_; // of a block, at most
    step at_hand_;
};

} // namespace hubspool
