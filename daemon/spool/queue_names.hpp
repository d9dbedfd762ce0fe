// Names in the queue directory: a claimed file's, and a subdirectory's.
//
// A claimed file is NUMBER-LANE-NAME: twenty digits, `live` or `bulk`, and the producer's name. A
// producer's name is any bytes but '/' and NUL; it is kept, only cut to length.
#pragma once

#include "core/words/lane.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::size_t producer_name_bytes_max = 200;
// The state keeps numbers as signed 64 bit; a larger one in a name is not ours.
inline constexpr std::uint64_t file_number_max = (1ULL << 63) - 1;

struct claimed_name {
    std::uint64_t number = 0;
    hubspool::lane lane = hubspool::lane::live;
    std::string name;
};

std::string format_claimed_name(std::uint64_t number, lane in, std::string_view producer_name);
// Nothing when it is no name that format_claimed_name() makes.
std::optional<claimed_name> parse_claimed_name(std::string_view text);
// The number at the start of a name in done/ or rejected/, also of a reason's.
std::optional<std::uint64_t> leading_number(std::string_view text);

// At most 200 bytes; the extension and whole UTF-8 characters are kept.
std::string cut_producer_name(std::string_view name);

// cur/NNNNNN: six digits or more.
std::string format_subdirectory(std::uint64_t index);
std::optional<std::uint64_t> parse_subdirectory(std::string_view text);

// The lane's directory: new or bulk.
std::string_view lane_directory(lane in);

} // namespace hubspool
