#include "api/http/gzip_body.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <zlib.h>

namespace hubspool {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS; // the format is zlib's second choice, asked for by + 16

class inflater {
public:
    explicit inflater(std::string_view packed) {
        // zlib does not write through next_in; its type is from before const.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = static_cast<uInt>(packed.size()); // bounded by response_bytes_max
        ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
    }
    ~inflater() {
        if (ready_) {
            inflateEnd(&stream_);
        }
    }
    inflater(const inflater&) = delete;
    inflater& operator=(const inflater&) = delete;

    // Appends at most one block to `out`; Z_STREAM_END at the end of a member.
    int step(std::string& out) {
        if (!ready_) {
            return Z_MEM_ERROR;
        }
        // A block at a time bounds what a bomb can do.
        stream_.next_out = reinterpret_cast<Bytef*>(block_.data());
        stream_.avail_out = static_cast<uInt>(block_.size());
        const int code = inflate(&stream_, Z_NO_FLUSH);
        out.append(block_.data(), block_.size() - stream_.avail_out);
        return code;
    }
    bool at_end() const { return stream_.avail_in == 0; }
    bool next_member() { return inflateReset(&stream_) == Z_OK; }

private:
    z_stream stream_{};
    bool ready_ = false;
    std::array<char, 16384> block_;
};

} // namespace

result<std::string> unpack_gzip(std::string_view packed, std::size_t bytes_max) {
    inflater from(packed);
    std::string out;
    for (;;) {
        const int code = from.step(out);
        // Checked after each block of 16 KiB: never much more than the limit is held.
        if (out.size() > bytes_max) {
            return failure{fmt::format("is larger than {} bytes when unpacked", bytes_max)};
        }
        // RFC 1952 section 2.2: several members may follow one another.
        if (code == Z_STREAM_END && from.at_end()) {
            return out;
        }
        if (code == Z_STREAM_END && !from.next_member()) {
            return failure{"cannot be unpacked: out of memory"};
        }
        // Nothing more to give, and no end was seen: the body was cut.
        if (code == Z_BUF_ERROR) {
            return failure{"ends in the middle of its gzip data"};
        }
        if (code != Z_OK && code != Z_STREAM_END) {
            return failure{"is said to be gzip and is not"};
        }
    }
}

} // namespace hubspool
