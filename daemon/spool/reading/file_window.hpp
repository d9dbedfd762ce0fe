// A bounded window that moves over a file, and the judgement of where that file ends.
//
// Files are not meant to change while they are read. One that does is told by size and mtime, held
// against the first look. Smaller, or as large with another mtime, was rewritten. Larger is read on
// until two looks at the end agree, for at most one quiet period. ctime is ignored (links, modes).
// Intake thread; fill() blocks for at most one quiet period and some tries of a failing read in
// all.
#pragma once

#include "core/words/time.hpp"
#include "os/owned_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class file_window {
public:
    // Takes over `descriptor`. `bytes_max`: what may be held; `step`: what is read at a time, less.
    file_window(int descriptor, std::uint64_t offset, std::size_t bytes_max, std::size_t step,
                milliseconds quiet_period);

    std::string_view bytes() const { return {buffer_.get() + begin_, end_ - begin_}; }
    // Drops bytes from the front.
    void drop(std::size_t bytes) { begin_ += bytes; }
    // Reads more behind what is held, or finds that the file has ended. There must be room for a
    // step.
    void fill();
    bool ended() const { return ended_; }
    // Jumps over a hole behind what is held, which would be read as NUL bytes, in no time however
    // long it is; gives its length.
    std::uint64_t skip_hole();
    // Starts anew from `offset`, as if nothing had been read.
    void seek(std::uint64_t offset);

    // Why the file cannot be trusted or read, for a person; empty when all is well.
    const std::string& trouble() const { return trouble_; }
    // First look.
    std::uint64_t first_size() const { return first_.size; }
    std::int64_t first_mtime_ns() const { return first_.mtime_ns; }
    // What was read, and the mtime at the last look.
    std::uint64_t read_size() const { return offset_; }
    std::int64_t last_mtime_ns() const { return last_.mtime_ns; }

private:
    struct look {
        std::uint64_t size = 0;
        std::int64_t mtime_ns = 0;
        friend bool operator==(const look&, const look&) = default;
    };

    look look_now();
    void make_room();
    void judge_end();
    bool quiet_period_is_over();
    void end_with(std::string trouble);
    bool read_failed(int error);

    owned_descriptor descriptor_;
    std::size_t bytes_max_;
    std::size_t step_;
    milliseconds quiet_period_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t offset_; // of the next byte to read
    look first_, last_;
    std::optional<boot_time> growth_deadline_; // set when the file was first seen to have changed
    int failures_ = 0;                         // of read, one after the other
    bool ended_ = false;
    std::string trouble_;
};

} // namespace hubspool
