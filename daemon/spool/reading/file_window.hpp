// A bounded window that moves over the text of a file. Intake thread; fill() blocks as file_bytes
// does.
#pragma once

#include "core/words/time.hpp"
#include "spool/reading/text_source.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace hubspool {

class file_window {
public:
    // Takes over `descriptor`. `offset`: of the text. `bytes_max`: what may be held; `step`: what
    // is read at a time, less.
    file_window(int descriptor, std::uint64_t offset, std::size_t bytes_max, std::size_t step,
                milliseconds quiet_period, const unpack_limits& limits = {});

    std::string_view bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }
    // Drops bytes from the front.
    void drop(std::size_t bytes) { begin_ += bytes; }
    // Reads more behind what is held, or finds that the text has ended; or neither, when unpacking
    // has not come so far in a bounded time. There must be room for a step.
    void fill();
    bool ended() const { return source_.ended(); }
    // Jumps over a hole behind what is held, which would be read as NUL bytes, in no time however
    // long it is; gives its length.
    std::uint64_t skip_hole();
    // Starts anew from `offset`, as if nothing had been read.
    void seek(std::uint64_t offset);

    // Behind what is held.
    std::uint64_t text_offset() const { return source_.offset(); }
    const text_source& source() const { return source_; }

private:
    void make_room();

    text_source source_;
    std::size_t bytes_max_;
    std::size_t step_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0, end_ = 0;
};

} // namespace hubspool
