// Makes text in UTF-8 of the bytes of a file, whatever they are packed in, within limits. The two
// units stay apart here: bytes of the file, and of its text. One thread.
#pragma once

#include "spool/unpacking/text_form.hpp"
#include "spool/unpacking/unpacker.hpp"
#include "spool/unpacking/utf16_decoder.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hubspool {

struct unpack_limits {
    std::uint64_t text_bytes_max = 64ULL << 30; // queue.max_unpacked_bytes
    std::uint32_t ratio_max = 200;              // queue.max_unpacked_ratio
    // A short text may well be very regular.
    std::uint64_t ratio_counts_from = 64ULL << 20;
};

class text_unpacker {
public:
    // Of a file that is not plain. What is unpacked may be in UTF-16, too.
    text_unpacker(const text_form& form, const unpack_limits& limits);

    // See unpacker::next().
    unpacker::step next(std::string_view packed, bool last, std::span<char> room);
    // The file has ended, and nothing of it is left.
    void end();

    const text_form& form() const { return form_; }
    // What is wrong with its bytes, with place and remedy: a sentence without its subject. What was
    // made before holds.
    const std::string& fault() const { return fault_; }
    std::uint64_t file_bytes() const { return file_bytes_; } // used
    std::uint64_t text_bytes() const { return text_bytes_; } // made
    // Of a text in UTF-16.
    std::uint64_t lone_surrogates() const { return decoder_ ? decoder_->lone_surrogates() : 0; }

private:
    unpacker::step make_text(std::string_view packed, bool last, std::span<char> room);
    unpacker::step make_by_two(std::string_view packed, bool last, std::span<char> room);
    std::size_t fill_between(std::string_view packed, bool last);
    unpacker::step decode(std::string_view bytes, bool last, std::span<char> room);
    void look_at_limits();
    void end_with(std::string_view why);

    text_form form_;
    unpack_limits limits_;
    std::unique_ptr<unpacker> stream_;      // null: the file is not packed
    std::optional<utf16_decoder> decoder_;  // of UTF-16
    std::unique_ptr<char[]> between_bytes_; // unpacked, and not decoded yet
    std::string_view between_;
    bool is_told_ = false;       // whether what is unpacked is in UTF-16
    bool stream_ended_ = false;  // nothing comes behind what is between
    bool has_half_unit_ = false; // of UTF-16, behind all others
    std::uint64_t file_bytes_ = 0, text_bytes_ = 0;
    std::string fault_;
};

// For a file whose bytes come bit by bit.
class text_feed {
public:
    using text_taker = std::function<void(std::string_view)>;

    explicit text_feed(const unpack_limits& limits) : limits_(limits) {}

    // Gives the text that `bytes` make. With a fault() nothing more comes.
    void take(std::string_view bytes, const text_taker& to);
    void end(const text_taker& to);

    text_form form() const { return unpacker_ ? unpacker_->form() : text_form{}; }
    const std::string& fault() const;
    // See text_unpacker.
    std::uint64_t lone_surrogates() const { return unpacker_ ? unpacker_->lone_surrogates() : 0; }

private:
    void unpack(std::string_view bytes, bool last, const text_taker& to);

    unpack_limits limits_;
    bool is_told_ = false; // its form
    std::string held_;     // what could not be used yet
    std::unique_ptr<char[]> room_;
    std::unique_ptr<text_unpacker> unpacker_;
};

} // namespace hubspool
