// Reads one claimed file in bounded windows and decodes it into blocks. All offsets count in its
// text, which of a compressed file is what it holds, always in UTF-8; its size is that on the disk.
//
// The file is read with read(), never mapped: a truncation would kill us. Its size and mtime are
// held against the first look. Smaller, or as large with another mtime, means rewritten. Larger is
// read on until two looks at the end agree, for at most one quiet period. Intake thread.
#pragma once

#include "base/result.hpp"
#include "core/reading/file_end.hpp"
#include "core/records/change_json.hpp"
#include "core/records/decoded_block.hpp"
#include "core/rows/csv_options.hpp"
#include "core/words/claimed_file.hpp"
#include "core/words/read_point.hpp"
#include "core/words/time.hpp"
#include "spool/unpacking/text_unpacker.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hubspool {

// Of the file, about, a block.
inline constexpr std::size_t usual_block_bytes = 256U << 10;

struct file_reader_options {
    std::size_t block_bytes = usual_block_bytes;
    std::size_t record_bytes_max = 1U << 20;
    std::uint64_t bad_records_max = 10000; // further ones in one row that names the range
    milliseconds quiet_period{2000};
    decode_options decode;
    unpack_limits unpack = {};
    csv_options csv = {};
    // Called once a window, also where no record comes for long. False: give up, next() gives
    // nothing more and end() is not set.
    std::function<bool()> keep_on = nullptr;
};

class file_reader {
public:
    // Takes over `descriptor`. `from`: where to go on, the state's watermark.
    static std::unique_ptr<file_reader> make(int descriptor, const claimed_file& file,
                                             read_point from, file_reader_options options);
    virtual ~file_reader() = default;

    // The next block, or nothing at the end, when end() is set. Blocks carry at most about
    // block_bytes of the file and begin where the one before ended. A read error is tried again
    // some times; then the file ends with keep_because naming the offset reached.
    virtual std::optional<decoded_block> next() = 0;
    // The next block, of whose records none is decoded: each is a bad one, for `reason`. For bytes
    // that crash the decoder.
    virtual std::optional<decoded_block> next_undecoded(const std::string& reason) = 0;
    // Blocks from now on; 1: a block a record, and nothing is decoded ahead any more.
    virtual void set_block_bytes(std::size_t block_bytes) = 0;
    virtual const file_end& end() const = 0;
    virtual read_point at() const = 0;
    // Of its text, as far as it is known: before a file ends that is not plain, larger.
    virtual std::uint64_t text_size() const = 0;
    // First look: what the state's file row keeps.
    virtual std::uint64_t size() const = 0;
    virtual std::int64_t mtime_ns() const = 0;
};

} // namespace hubspool
