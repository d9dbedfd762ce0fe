// The file `sending` on disk, in the byte order of the machine, which alone reads it again:
//
//   0       header: geometry, marks of the boot, and how long all sending waits
//   4096    decode mark, and behind it what crashed the decoder; written by the intake thread
//   8192    release buckets: one per millisecond of boot time, modulo their number
//   ...     slots: one per request that is on the wire or may still land
//
// Each is written by one pwrite inside its region. Checksums are FNV-1a, 64 bit.
#pragma once

#include "os/boot_marks.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::sending_format {

template <std::size_t Size>
std::string_view view(const std::array<char, Size>& bytes) {
    return {bytes.data(), bytes.size()};
}

inline constexpr std::uint64_t header_offset = 0;
inline constexpr std::uint64_t mark_offset = 4096;
inline constexpr std::uint64_t buckets_offset = 8192;
// Bounds of what an options struct may ask for; a file of the largest is some hundred megabytes.
inline constexpr std::uint64_t buckets_max = std::uint64_t{1} << 20;
inline constexpr std::uint64_t slots_max = std::uint64_t{1} << 18;
inline constexpr std::uint64_t ids_max = 1000;

// Sizes that the places in the file depend on. A file of another geometry cannot be read slot by
// slot.
struct geometry {
    std::uint64_t slots = 0; // 0: the file is being made anew, only its hold counts
    std::uint64_t ids = 0;
    std::int64_t window_ms = 0, margin_ms = 0;

    std::uint64_t buckets() const;
    std::uint64_t slot_bytes() const;
    std::uint64_t slot_offset(std::uint64_t slot) const;
    std::uint64_t bucket_offset(std::uint64_t bucket) const;
    std::uint64_t file_bytes() const { return slot_offset(slots); }

    friend bool operator==(const geometry&, const geometry&) = default;
};

struct header {
    geometry sizes;
    boot_marks boot;
    std::int64_t hold_all_until_ms = 0; // on the clock of that boot; 0: no hold
};
inline constexpr std::size_t header_bytes = 192;
std::string encode(const header& value);
bool decode(std::string_view bytes, header& value); // false: damaged, or never written

// The window of input that is being decoded. `confirmed` is written by itself, by the handler of
// the crash, and is part of no checksum.
struct mark {
    std::uint64_t file = 0, begin = 0, end = 0;
    std::uint32_t crashes_before = 0;
    bool set = false;
    bool confirmed = false;
};
inline constexpr std::size_t mark_bytes = 56;
inline constexpr std::uint64_t confirmed_offset = mark_offset + 48;
inline constexpr std::array<char, 8> confirmed_bytes = {'c', 'r', 'a', 's', 'h', 'e', 'd', '!'};
std::array<char, mark_bytes> encode(const mark& value);
bool decode(std::string_view bytes, mark& value);

// A record that is not to be decoded.
struct spot {
    std::uint64_t file = 0, offset = 0;

    friend auto operator<=>(const spot&, const spot&) = default;
};
inline constexpr std::size_t spot_bytes = 24;
inline constexpr std::uint64_t spots_offset = mark_offset + 64;
inline constexpr std::uint64_t spots_max = (buckets_offset - spots_offset) / spot_bytes;
std::array<char, spot_bytes> encode(const spot& value);
bool decode(std::string_view bytes, spot& value);

// How many answered requests free their place in the rate window at one millisecond.
struct bucket {
    std::int64_t at_ms = 0;
    std::uint32_t count = 0;
};
inline constexpr std::size_t bucket_bytes = 16;
std::array<char, bucket_bytes> encode(const bucket& value);
bool decode(std::string_view bytes, bucket& value);

enum class slot_state : std::uint32_t {
    free = 0,     // nothing of it can land
    sent = 1,     // a byte may have been handed to the socket; no answer is known
    answered = 2, // the answer left open whether it will be applied; its release is in a bucket
};
struct slot {
    slot_state state = slot_state::free;
    std::int64_t written_ms = 0;
    std::vector<std::uint64_t> id_hashes;
};
inline constexpr std::size_t slot_head_bytes = 24;
// The whole slot, or with `head_only` what a change of its state alone has to write.
std::string encode(const slot& value, bool head_only = false);
// Free when it is torn: a torn slot was never followed by a byte on the wire.
slot decode_slot(std::string_view bytes);

} // namespace hubspool::sending_format
