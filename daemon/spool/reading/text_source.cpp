#include "spool/reading/text_source.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t packed_bytes_max = 256U << 10;
// What a call works at most, some milliseconds, before its caller looks at what else there is.
constexpr std::uint64_t work_bytes_max = 4U << 20;

} // namespace

text_source::text_source(int descriptor, std::uint64_t offset, milliseconds quiet_period,
                         const unpack_limits& limits)
    : file_(descriptor, 0, quiet_period), limits_(limits), from_(offset) {
}

std::size_t text_source::read(char* into, std::size_t room) {
    if (!is_told_) {
        const std::size_t got = begin(into, room);
        if (got > 0) return got;
    }
    return unpacker_ ? unpack(into, room) : file_.read(into, room);
}

// Looks at the first bytes. Of a plain file that is wanted from its start they are its text.
std::size_t text_source::begin(char* into, std::size_t room) {
    std::size_t got = 0;
    const std::size_t first = from_ == 0 ? room : form_told_by;
    // A file may grow while it is read: too few bytes tell nothing yet.
    while (got < form_told_by && !file_.ended()) got += file_.read(into + got, first - got);
    is_told_ = true;
    form_ = text_form_of({into, got});
    if (form_.is_plain()) {
        if (from_ > 0 && file_.trouble().empty()) file_.seek(from_);
        return from_ > 0 ? 0 : got;
    }
    begin_unpacking();
    packed_end_ = std::min(got, packed_bytes_max);
    std::memcpy(packed_.get(), into, packed_end_);
    if (got > packed_end_) file_.seek(packed_end_);
    return 0;
}

void text_source::begin_unpacking() {
    if (!packed_) packed_ = std::make_unique_for_overwrite<char[]>(packed_bytes_max);
    packed_begin_ = packed_end_ = 0;
    ended_ = false;
    trouble_.clear();
    unpacker_ = std::make_unique<text_unpacker>(form_, limits_);
}

std::size_t text_source::unpack(char* into, std::size_t room) {
    const std::uint64_t file_at = unpacker_->file_bytes(), text_at = unpacker_->text_bytes();
    while (!ended_) {
        const std::uint64_t before = unpacker_->text_bytes();
        const std::uint64_t skipped = from_ > before ? from_ - before : 0;
        const std::size_t wanted = skipped > 0 ? std::min<std::uint64_t>(room, skipped) : room;
        const auto done =
            unpacker_->next({packed_.get() + packed_begin_, packed_end_ - packed_begin_},
                            file_.ended(), {into, wanted});
        packed_begin_ += done.used;
        if (done.made > 0 && skipped == 0) return done.made;
        if (!unpacker_->fault().empty()) {
            end_unpacking();
        } else if (done.used == 0 && done.made == 0) {
            if (!file_.ended()) {
                refill();
                continue;
            }
            end_unpacking();
        }
        const std::uint64_t work =
            unpacker_->file_bytes() - file_at + (unpacker_->text_bytes() - text_at);
        if (work > work_bytes_max) break;
    }
    return 0;
}

void text_source::refill() {
    std::memmove(packed_.get(), packed_.get() + packed_begin_, packed_end_ - packed_begin_);
    packed_end_ -= std::exchange(packed_begin_, 0);
    packed_end_ += file_.read(packed_.get() + packed_end_, packed_bytes_max - packed_end_);
}

std::uint64_t text_source::skip_hole() {
    if (std::array<char, form_told_by> first; !is_told_ && from_ > 0)
        begin(first.data(), first.size());
    if (unpacker_) return 0;
    const std::uint64_t skipped = file_.skip_hole();
    // It begins with NUL bytes: it is a plain one.
    is_told_ = is_told_ || skipped > 0;
    return skipped;
}

void text_source::seek(std::uint64_t offset) {
    from_ = offset;
    file_.seek(unpacker_ || !is_told_ ? 0 : offset);
    if (unpacker_) begin_unpacking();
}

void text_source::end_unpacking() {
    ended_ = true;
    unpacker_->end();
    if (!unpacker_->fault().empty()) trouble_ = "it " + unpacker_->fault();
}

text_end text_source::end() const {
    if (!unpacker_) return file_.end();
    if (!ended_) return text_end::open;
    return trouble_.empty() ? file_.end() : text_end::cut;
}

std::uint64_t text_source::size_on_disk() const {
    // With a damaged stream reading ends before the file does.
    return !trouble_.empty() ? std::max(file_.first_size(), file_.offset()) : file_.offset();
}

} // namespace hubspool
