#include "spool/unpacking/unpacker.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <zlib.h>

namespace hubspool {
namespace {

constexpr int gzip_alone = 16 + MAX_WBITS; // zlib.h, inflateInit2: + 16 asks for gzip

class gzip_unpacker final : public unpacker {
public:
    gzip_unpacker() {
        is_ready_ = inflateInit2(&stream_, gzip_alone) == Z_OK;
        if (!is_ready_) fault_ = "there is too little memory to unpack it";
    }
    ~gzip_unpacker() override {
        if (is_ready_) inflateEnd(&stream_);
    }
    gzip_unpacker(const gzip_unpacker&) = delete;
    gzip_unpacker& operator=(const gzip_unpacker&) = delete;

    step next(std::string_view packed, bool, std::span<char> room) override {
        if (!fault_.empty()) return {};
        // zlib does not write through next_in; its type is from before const.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = bounded(packed.size());
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = bounded(room.size());
        const uInt input = stream_.avail_in, out = stream_.avail_out;
        const int code = inflate(&stream_, Z_NO_FLUSH);
        const step done{input - stream_.avail_in, out - stream_.avail_out};
        is_between_ = is_between_ && done.used == 0;
        if (code == Z_STREAM_END) {
            inflateReset(&stream_);
            is_between_ = has_member_ = true;
        } else if (code != Z_OK && code != Z_BUF_ERROR) { // Z_BUF_ERROR: nothing to do
            note_fault();
        }
        return done;
    }
    bool may_end() const override { return is_between_ && has_member_; }

private:
    static uInt bounded(std::size_t size) {
        return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
    }
    void note_fault() {
        const char* const why = stream_.msg == nullptr ? "no gzip" : stream_.msg;
        // Behind a member that ended well it is no damage of that one.
        const bool is_trailing = has_member_ && std::string_view(why) == "incorrect header check";
        fault_ = is_trailing ? "what stands behind its last member is no gzip; queue the rest in a "
                               "file of its own"
                             : fmt::format("it is damaged ({}); write or copy it again", why);
    }

    z_stream stream_{};
    bool is_ready_ = false;
    bool is_between_ = true; // members
    bool has_member_ = false;
};

} // namespace

std::unique_ptr<unpacker> make_gzip_unpacker() {
    return std::make_unique<gzip_unpacker>();
}

} // namespace hubspool
