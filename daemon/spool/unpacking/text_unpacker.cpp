#include "spool/unpacking/text_unpacker.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t feed_room_bytes = 256U << 10;
constexpr std::size_t between_bytes_max = 64U << 10;

bool has_stopped(const unpacker::step& one) {
    return one.used == 0 && one.made == 0;
}

} // namespace

text_unpacker::text_unpacker(const text_form& form, const unpack_limits& limits)
    : form_(form), limits_(limits), stream_(make_unpacker(form.packed)) {
    if (form.utf16) decoder_.emplace(*form.utf16);
    if (!stream_) return;
    between_bytes_ = std::make_unique_for_overwrite<char[]>(between_bytes_max);
    between_ = {between_bytes_.get(), 0};
}

unpacker::step text_unpacker::next(std::string_view packed, bool last, std::span<char> room) {
    if (!fault_.empty()) return {};
    const unpacker::step done = make_text(packed, last, room);
    file_bytes_ += done.used;
    text_bytes_ += done.made;
    // A stream may have made text before what is wrong in it.
    if (stream_ && !stream_->fault().empty() && (between_.empty() || has_stopped(done)))
        end_with(stream_->fault());
    else if (stream_)
        look_at_limits();
    return done;
}

unpacker::step text_unpacker::make_text(std::string_view packed, bool last, std::span<char> room) {
    if (!stream_) return decode(packed, last, room);
    // Most of what is packed is in UTF-8.
    if (is_told_ && !decoder_ && between_.empty()) return stream_->next(packed, last, room);
    return make_by_two(packed, last, room);
}

// By way of what is between: it is told by its beginning, and decoded.
unpacker::step text_unpacker::make_by_two(std::string_view packed, bool last,
                                          std::span<char> room) {
    unpacker::step done;
    bool is_stuck = false;
    while (has_stopped(done) && !is_stuck) {
        const std::size_t before = between_.size();
        done.used = fill_between(packed, last);
        is_stuck = done.used == 0 && between_.size() == before;
        if (!is_told_ && between_.size() < utf16_told_by && !stream_ended_) continue;
        if (!std::exchange(is_told_, true)) {
            form_.utf16 = utf16_of(between_);
            if (form_.utf16) decoder_.emplace(*form_.utf16);
        }
        const unpacker::step text = decode(between_, stream_ended_, room);
        between_.remove_prefix(text.used);
        done.made = text.made;
    }
    return done;
}

// Bytes used of `packed`.
std::size_t text_unpacker::fill_between(std::string_view packed, bool last) {
    // All that can be told or decoded of it comes out first.
    if (stream_ended_ || between_.size() >= utf16_told_by) return 0;
    std::memmove(between_bytes_.get(), between_.data(), between_.size());
    const auto done = stream_->next(
        packed, last,
        {between_bytes_.get() + between_.size(), between_bytes_max - between_.size()});
    between_ = {between_bytes_.get(), between_.size() + done.made};
    stream_ended_ = !stream_->fault().empty() || (last && has_stopped(done));
    return done.used;
}

unpacker::step text_unpacker::decode(std::string_view bytes, bool last, std::span<char> room) {
    if (!decoder_) {
        const std::size_t size = std::min(bytes.size(), room.size());
        std::copy_n(bytes.begin(), size, room.begin());
        return {size, size};
    }
    const auto done = decoder_->next(bytes, last, room);
    has_half_unit_ = last && bytes.size() - done.used == 1;
    return {done.used, done.made};
}

void text_unpacker::look_at_limits() {
    if (text_bytes_ > limits_.text_bytes_max) {
        end_with(fmt::format("its text is longer than queue.max_unpacked_bytes ({} bytes); if that "
                             "is no mistake, raise it, or split the file",
                             limits_.text_bytes_max));
    } else if (text_bytes_ > limits_.ratio_counts_from &&
               text_bytes_ / limits_.ratio_max > file_bytes_) {
        end_with(fmt::format("its text is more than {} times as long as the file "
                             "(queue.max_unpacked_ratio); if that is no mistake, raise it",
                             limits_.ratio_max));
    }
}

void text_unpacker::end() {
    if (!fault_.empty()) return;
    if (stream_ && !stream_->may_end())
        end_with("it ends in the middle; write or copy it again");
    else if (has_half_unit_)
        fault_ = about_file({form_.packed}, "is in UTF-16, and ends in the middle of a character: "
                                            "write or copy it again");
}

void text_unpacker::end_with(std::string_view why) {
    fault_ =
        fmt::format("is compressed with {}, and cannot be unpacked beyond byte {} (byte {} of its "
                    "text): {}",
                    to_string(form_.packed), file_bytes_, text_bytes_, why);
}

void text_feed::take(std::string_view bytes, const text_taker& to) {
    if (!is_told_) {
        held_.append(bytes);
        if (held_.size() < form_told_by) return;
        bytes = {};
    }
    unpack(bytes, false, to);
}

void text_feed::end(const text_taker& to) {
    unpack({}, true, to);
    if (unpacker_) unpacker_->end();
}

void text_feed::unpack(std::string_view bytes, bool last, const text_taker& to) {
    if (!is_told_) {
        is_told_ = true;
        const text_form form = text_form_of(held_);
        if (!form.is_plain()) {
            unpacker_ = std::make_unique<text_unpacker>(form, limits_);
            room_ = std::make_unique_for_overwrite<char[]>(feed_room_bytes);
        }
    }
    if (!unpacker_) {
        if (!held_.empty()) to(std::exchange(held_, {}));
        if (!bytes.empty()) to(bytes);
        return;
    }
    held_.append(bytes);
    std::string_view rest = held_;
    while (unpacker_->fault().empty()) {
        const auto done = unpacker_->next(rest, last, {room_.get(), feed_room_bytes});
        rest.remove_prefix(done.used);
        if (done.made > 0) to({room_.get(), done.made});
        if (done.used == 0 && done.made == 0) break;
    }
    held_.erase(0, held_.size() - rest.size());
}

const std::string& text_feed::fault() const {
    static const std::string none;
    return unpacker_ ? unpacker_->fault() : none;
}

} // namespace hubspool
