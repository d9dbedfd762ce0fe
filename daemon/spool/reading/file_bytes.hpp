// The bytes of a file as they lie on the disk, and the judgement of where that file ends.
//
// Files are not meant to change while they are read. One that does is told by size and mtime, held
// against the first look. Smaller, or as large with another mtime, was rewritten. Larger is read on
// until two looks at the end agree, for at most one quiet period. ctime is ignored (links, modes).
// Intake thread; read() blocks for at most one quiet period and some tries of a failing read in
// all.
#pragma once

#include "core/rows/text_end.hpp"
#include "core/words/time.hpp"
#include "os/owned_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

class file_bytes {
public:
    // Takes over `descriptor`.
    file_bytes(int descriptor, std::uint64_t offset, milliseconds quiet_period);

    // Reads what comes next, `room` bytes at most; 0: the file has ended.
    std::size_t read(char* into, std::size_t room);
    bool ended() const { return ended_; }
    text_end end() const {
        return !ended_ ? text_end::open : is_cut_ ? text_end::cut : text_end::whole;
    }
    // Jumps over a hole, which would be read as NUL bytes, in no time however long it is; gives its
    // length.
    std::uint64_t skip_hole();
    // Reads on from `offset`, as if nothing had been read.
    void seek(std::uint64_t offset);
    std::uint64_t offset() const { return offset_; } // of the next byte to read

    // Why the file cannot be trusted or read, for a person; empty when all is well.
    const std::string& trouble() const { return trouble_; }
    // First look.
    std::uint64_t first_size() const { return first_.size; }
    std::int64_t first_mtime_ns() const { return first_.mtime_ns; }
    // Last look.
    std::int64_t last_mtime_ns() const { return last_.mtime_ns; }

private:
    struct look {
        std::uint64_t size = 0;
        std::int64_t mtime_ns = 0;
        friend bool operator==(const look&, const look&) = default;
    };

    look look_now();
    void judge_end();
    bool quiet_period_is_over();
    void end_with(std::string trouble);
    bool read_failed(int error);

    owned_descriptor descriptor_;
    milliseconds quiet_period_;
    std::uint64_t offset_;
    look first_, last_;
    std::optional<boot_time> growth_deadline_; // set when the file was first seen to have changed
    int failures_ = 0;                         // of read, one after the other
    bool ended_ = false;
    bool is_cut_ = false; // not all was read that stood in it
    std::string trouble_;
};

} // namespace hubspool
