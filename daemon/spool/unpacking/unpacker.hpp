// One compressed stream: several members (gzip) or frames (zstd) one after another. Knows neither
// files nor limits. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hubspool {

enum class packing : std::uint8_t { none, gzip, zstd };

// So many first bytes tell it.
inline constexpr std::size_t packing_bytes = 4;
packing packing_of(std::string_view beginning);
std::string_view to_string(packing how);
// Behind a name: ".gz"; empty for none.
std::string_view suffix_of(packing how);

// What a zstd frame may ask to look back at: what RFC 8878 wants each reader to allow.
inline constexpr int zstd_window_log_max = 23;

class unpacker {
public:
    virtual ~unpacker() = default;

    struct step {
        std::size_t used = 0; // of `packed`
        std::size_t made = 0; // in `room`
    };
    // `last`: nothing comes behind `packed`. Neither used nor made: more bytes are needed, or
    // there is a fault(). The same bytes make the same text up to a fault, however they are cut.
    virtual step next(std::string_view packed, bool last, std::span<char> room) = 0;
    // Between two members or frames, at least one of which was there.
    virtual bool may_end() const = 0;
    // Why it cannot go on, with the remedy; empty: it can.
    const std::string& fault() const { return fault_; }

protected:
    std::string fault_;
};

// Null for none.
std::unique_ptr<unpacker> make_unpacker(packing how);

std::unique_ptr<unpacker> make_gzip_unpacker();
std::unique_ptr<unpacker> make_zstd_unpacker();

} // namespace hubspool
