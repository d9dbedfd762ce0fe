// Names in the queue directory: a claimed file's, and a subdirectory's.
//
// A claimed file is NUMBER-STAMP-LANE-NAME: twenty digits, thirteen, `live` or `bulk`, and the
// producer's name. A producer's name is any bytes but '/' and NUL; it is kept, only cut to length.
//
// Before there were stamps it was NUMBER-LANE-NAME, and such names are still read. The stamp stands
// before the lane, so that neither form can be taken for the other, whatever its producer called
// the file.
#pragma once

#include "core/words/claim_stamp.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/lane.hpp"
#include "core/words/order_key.hpp"

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
    as_of_ms stamp = 0; // 0: a name of the version before, which has none
    hubspool::lane lane = hubspool::lane::live;
    std::string name;
};

// A stamp of 0 gives the name of the version before.
std::string format_claimed_name(const claimed_name& name);
std::string format_claimed_name(const claimed_file& file);
// Nothing when it is no name that format_claimed_name() makes.
std::optional<claimed_name> parse_claimed_name(std::string_view text);

// What a name in done/ or rejected/ begins with, also a reason's.
struct leading_words {
    std::uint64_t number = 0;
    as_of_ms stamp = 0; // 0: it has none
};
std::optional<leading_words> parse_leading_words(std::string_view text);

// At most 200 bytes; what it says of as_of, the extension and whole UTF-8 characters are kept.
std::string cut_producer_name(std::string_view name);

// cur/NNNNNN: six digits or more.
std::string format_subdirectory(std::uint64_t index);
std::optional<std::uint64_t> parse_subdirectory(std::string_view text);

// The lane's directory: new or bulk.
std::string_view lane_directory(lane which);

} // namespace hubspool
