#include "spool/reading/file_window.hpp"

#include <algorithm>
#include <cstring>

namespace hubspool {

file_window::file_window(int descriptor, std::uint64_t offset, std::size_t bytes_max,
                         std::size_t step, milliseconds quiet_period, const unpack_limits& limits)
    : source_(descriptor, offset, quiet_period, limits),
      bytes_max_(std::max(bytes_max, form_told_by)), step_(std::max(step, form_told_by)),
      buffer_(std::make_unique_for_overwrite<char[]>(bytes_max_)) {
}

void file_window::seek(std::uint64_t offset) {
    begin_ = end_ = 0;
    source_.seek(offset);
}

std::uint64_t file_window::skip_hole() {
    return source_.skip_hole();
}

void file_window::make_room() {
    if (bytes_max_ - end_ >= step_) return;
    // What is not used yet moves to the front; a record is looked at as one piece.
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
}

void file_window::fill() {
    make_room();
    if (ended()) return;
    end_ += source_.read(buffer_.get() + end_, std::min(step_, bytes_max_ - end_));
}

} // namespace hubspool
