// How far ahead of reading the durable frontier is asked for.
//
// A change is sent only when the durable frontier covers its newest record. Asked for block by
// block, each would wait for a commit of its own; far ahead, a restart would have to read much
// before it may send. So one asking serves some 64 MiB or 1,000 files. Pure; intake thread.
#pragma once

#include "core/reading/reading_list.hpp"
#include "core/words/arrival.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

class frontier_lead {
public:
    static constexpr std::uint64_t bytes_ahead = 64ULL << 20;
    static constexpr std::size_t files_ahead = 1000;
    static constexpr std::uint64_t numbers_ahead = 64; // that no file has yet

    // Reading has come to `upto`, in a file of `size` bytes; `waiting` are read next. The frontier
    // that is to be made durable; nothing: what was asked for suffices.
    std::optional<arrival> ask(arrival upto, std::uint64_t size, const reading_list& waiting);

    // Large files are to be claimed under numbers above it. A restart reads all before the
    // frontier, whatever the memory limit says.
    std::uint64_t large_files_above() const { return large_files_above_; }

private:
    arrival over_what_waits(arrival upto, std::uint64_t unread, const reading_list& waiting);

    arrival asked_;              // made durable, or on its way there
    std::uint64_t ask_from_ = 0; // from this file on more is asked for, though asked_ suffices
    std::uint64_t large_files_above_ = 0;
};

} // namespace hubspool
