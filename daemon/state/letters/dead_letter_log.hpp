// dead-letters.ndjson beside the database: every dead letter, one JSON object a line, durable
// before the commit that records it, so that the database's loss does not lose them.
//
// A crash between the two leaves lines that the database does not know: they come again. The file
// may be moved away at any time (by log rotation); it is opened anew for each commit. State thread.
#pragma once

#include "base/result.hpp"
#include "core/books/batch_outcome.hpp"
#include "os/owned_descriptor.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

class dead_letter_log {
public:
    // Opens or creates it, and ends a last line that a crash cut short.
    static result<dead_letter_log> open(const std::string& directory);
    // Another file of the same form, which must not be there yet (EEXIST).
    static result<dead_letter_log> create(const std::string& directory, const std::string& name);

    result<void> append(const dead_letter& letter, wall_time died);
    result<void> sync();
    // Takes back what was appended since open(): the commit failed.
    void take_back();
    // The largest file number that any line mentions; 0 when none does.
    result<std::uint64_t> largest_file() const;

    const std::string& path() const { return path_; }

private:
    dead_letter_log(std::string path, owned_descriptor file, std::uint64_t size)
        : path_(std::move(path)), file_(std::move(file)), size_(size) {}
    result<void> end_torn_line();
    result<void> flush();

    std::string path_;
    owned_descriptor file_;
    std::uint64_t size_; // at open
    std::string buffer_; // bounds memory: a letter may have millions of records
};

} // namespace hubspool
