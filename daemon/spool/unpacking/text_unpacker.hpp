// Makes text of the bytes of a file, whatever they are packed in, within limits. The two units stay
// apart here: bytes of the file, and of its text. One thread.
#pragma once

#include "spool/unpacking/unpacker.hpp"

#include <cstdint>
#include <functional>
#include <memory>
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
    text_unpacker(packing how, const unpack_limits& limits)
        : how_(how), limits_(limits), stream_(make_unpacker(how)) {}

    // See unpacker::next().
    unpacker::step next(std::string_view packed, bool last, std::span<char> room);
    // The file has ended, and nothing of it is left.
    void end();

    // What is wrong with its bytes, with place and remedy: a sentence without its subject. What was
    // made before holds.
    const std::string& fault() const { return fault_; }
    std::uint64_t file_bytes() const { return file_bytes_; } // used
    std::uint64_t text_bytes() const { return text_bytes_; } // made

private:
    void look_at_limits();
    void end_with(std::string_view why);

    packing how_;
    unpack_limits limits_;
    std::unique_ptr<unpacker> stream_;
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

    packing form() const { return form_; }
    const std::string& fault() const;

private:
    void unpack(std::string_view bytes, bool last, const text_taker& to);

    unpack_limits limits_;
    bool is_told_ = false; // its packing
    packing form_ = packing::none;
    std::string held_; // what could not be used yet
    std::unique_ptr<char[]> room_;
    std::unique_ptr<text_unpacker> unpacker_;
};

// A sentence of core/records/foreign_form about the text of a file, about the file.
std::string about_file(packing how, const std::string& form);

} // namespace hubspool
