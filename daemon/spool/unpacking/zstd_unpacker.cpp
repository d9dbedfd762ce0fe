#include "spool/unpacking/unpacker.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <zstd.h>
#include <zstd_errors.h>

namespace hubspool {
namespace {

class zstd_unpacker final : public unpacker {
public:
    zstd_unpacker() : stream_(ZSTD_createDCtx()) {
        if (!stream_ || ZSTD_isError(ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax,
                                                            zstd_window_log_max)) != 0)
            fault_ = "there is too little memory to unpack it";
    }

    step next(std::string_view packed, bool last, std::span<char> room) override {
        if (!fault_.empty()) return {};
        // What a call has made is lost with the fault that it meets behind it. So each call gets
        // what makes one block, and what that made is taken out before the next.
        if (is_full_) {
            const step rest = go_on({}, room);
            if (rest.made > 0 || !fault_.empty()) return rest;
        }
        if (packed.empty() || (packed.size() < wanted_ && wanted_ <= at_once_max && !last))
            return {};
        return go_on(packed.substr(0, wanted_), room);
    }
    bool may_end() const override { return is_between_ && has_frame_; }

private:
    static constexpr std::size_t frame_begins = 5; // bytes that tell how long its header is
    static constexpr std::size_t at_once_max = 160
                                               << 10; // no block is larger; what is skipped may be

    step go_on(std::string_view packed, std::span<char> room) {
        ZSTD_inBuffer input{packed.data(), packed.size(), 0};
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        const std::size_t code = ZSTD_decompressStream(stream_.get(), &out, &input);
        if (ZSTD_isError(code) != 0) {
            note_fault(code);
            return {};
        }
        is_full_ = out.pos == out.size && code != 0;
        // 0: a frame has ended, and all of it is out.
        is_between_ = code == 0;
        has_frame_ = has_frame_ || is_between_;
        wanted_ = is_between_ ? frame_begins : code;
        return {input.pos, out.pos};
    }

    void note_fault(std::size_t code) {
        switch (ZSTD_getErrorCode(code)) {
        case ZSTD_error_frameParameter_windowTooLarge:
            fault_ = fmt::format("its window is larger than the {} MiB that may be held; compress "
                                 "it with zstd -19 or less and without --long",
                                 (1 << zstd_window_log_max) >> 20);
            break;
        case ZSTD_error_prefix_unknown:
            fault_ = "what stands behind its last frame is no zstd; queue the rest in a file of "
                     "its own";
            break;
        case ZSTD_error_dictionary_wrong:
            fault_ = "it needs a dictionary; compress it without one";
            break;
        case ZSTD_error_memory_allocation:
            fault_ = "there is too little memory to unpack it";
            break;
        default:
            fault_ =
                fmt::format("it is damaged ({}); write or copy it again", ZSTD_getErrorName(code));
        }
    }

    struct freed {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, freed> stream_;
    std::size_t wanted_ = frame_begins;
    bool is_full_ = false; // the room was: there may be more text without more bytes
    bool is_between_ = false, has_frame_ = false;
};

} // namespace

std::unique_ptr<unpacker> make_zstd_unpacker() {
    return std::make_unique<zstd_unpacker>();
}

} // namespace hubspool
