#include "state/sending/decode_mark.hpp"

#include "os/file_io.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hubspool {

namespace {

namespace format = sending_format;

} // namespace

void decode_mark::take_over(sending_leftovers& left) {
    read_mark(left);
    read_spots(left);
}

void decode_mark::read_mark(sending_leftovers& left) const {
    std::array<char, format::mark_bytes> bytes{};
    if (!read_all_at(file_.get(), bytes.data(), bytes.size(), format::mark_offset)) return;
    format::mark mark;
    // Set but not confirmed: the process was killed, and the record is not to blame.
    if (!format::decode(format::view(bytes), mark) || !mark.set || !mark.confirmed) return;
    left.decode = decode_crash{mark.file, mark.begin, mark.end, mark.crashes_before + 1};
}

void decode_mark::read_spots(sending_leftovers& left) {
    spots_.resize(format::spots_max);
    std::array<char, format::spot_bytes> bytes{};
    for (std::size_t i = 0; i < spots_.size(); ++i) {
        const bool found = read_all_at(file_.get(), bytes.data(), bytes.size(),
                                       format::spots_offset + i * format::spot_bytes) &&
                           format::decode(format::view(bytes), spots_[i]);
        // A spot that was never written fails its checksum.
        if (!found)
            spots_[i] = {};
        else
            left.undecodable.emplace_back(spots_[i].file, spots_[i].offset);
    }
}

void decode_mark::decoding(std::uint64_t file, std::uint64_t begin, std::uint64_t end,
                           std::uint32_t crashes_before) {
    // Two writes of one page each: a mark is whole or fails its checksum.
    const auto bytes = encode(format::mark{file, begin, end, crashes_before, true, false});
    (void)write_all_at(file_.get(), format::view(bytes), format::mark_offset);
    // The handler runs in the thread that crashed; any other thread's crash is not the decoder's.
    decoding_thread_ = ::gettid();
}

void decode_mark::note_undecodable(std::uint64_t file, std::uint64_t offset) {
    // Files leave in the order of their numbers: the lowest is the least likely to be met again.
    const auto place = std::min_element(spots_.begin(), spots_.end());
    *place = {file, offset};
    const auto index = static_cast<std::uint64_t>(place - spots_.begin());
    (void)write_all_at(file_.get(), format::view(encode(*place)),
                       format::spots_offset + index * format::spot_bytes);
}

void decode_mark::confirm_crash() noexcept {
    // In a handler of a signal: nothing but an atomic load and one system call.
    if (decoding_thread_.load() != ::gettid()) return;
    (void)!::pwrite(file_.get(), format::confirmed_bytes.data(), format::confirmed_bytes.size(),
                    static_cast<off_t>(format::confirmed_offset));
}

} // namespace hubspool
