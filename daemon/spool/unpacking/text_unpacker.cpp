#include "spool/unpacking/text_unpacker.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t feed_room_bytes = 256U << 10;
} // namespace

unpacker::step text_unpacker::next(std::string_view packed, bool last, std::span<char> room) {
    if (!fault_.empty()) return {};
    const unpacker::step done = stream_->next(packed, last, room);
    file_bytes_ += done.used;
    text_bytes_ += done.made;
    // A stream may have made text before what is wrong in it.
    if (!stream_->fault().empty())
        end_with(stream_->fault());
    else
        look_at_limits();
    return done;
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
    if (fault_.empty() && !stream_->may_end())
        end_with("it ends in the middle; write or copy it again");
}

void text_unpacker::end_with(std::string_view why) {
    fault_ =
        fmt::format("is compressed with {}, and cannot be unpacked beyond byte {} (byte {} of its "
                    "text): {}",
                    to_string(how_), file_bytes_, text_bytes_, why);
}

void text_feed::take(std::string_view bytes, const text_taker& to) {
    if (!is_told_) {
        held_.append(bytes);
        if (held_.size() < packing_bytes) return;
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
        form_ = packing_of(held_);
        if (form_ != packing::none) {
            unpacker_ = std::make_unique<text_unpacker>(form_, limits_);
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

std::string about_file(packing how, const std::string& form) {
    if (how == packing::none || form.empty()) return form;
    return fmt::format("is compressed with {}, and its text {}", to_string(how), form);
}

} // namespace hubspool
