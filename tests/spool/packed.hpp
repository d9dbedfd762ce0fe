// Compressed bytes for tests, made by the libraries that undo them.
#pragma once

#include "spool/unpacking/unpacker.hpp"

#include <random>
#include <string>
#include <string_view>
#include <zlib.h>
#include <zstd.h>

namespace hubspool {

inline std::string gzipped(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

inline std::string zstd_frame(std::string_view text, int window_log = 0) {
    ZSTD_CCtx* const context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    if (window_log > 0) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    }
    std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    // As a stream is written that does not know its length.
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
    ZSTD_compressStream2(context, &to, &in, ZSTD_e_end);
    out.resize(to.pos);
    ZSTD_freeCCtx(context);
    return out;
}

inline std::string skippable_frame(std::size_t size) {
    std::string frame("\x53\x2a\x4d\x18", 4);
    for (int i = 0; i < 4; ++i) frame += static_cast<char>(size >> (8 * i) & 0xffU);
    return frame + std::string(size, 'x');
}

inline std::string packed(packing how, std::string_view text) {
    return how == packing::gzip ? gzipped(text) : zstd_frame(text);
}

// Cut anywhere, into members or frames, some of them empty.
inline std::string packed_in_pieces(packing how, std::string_view text, std::mt19937_64& random) {
    std::string all;
    while (!text.empty()) {
        const std::size_t piece = std::min<std::size_t>(text.size(), random() % 900);
        if (how == packing::zstd && random() % 3 == 0) all += skippable_frame(random() % 50);
        all += packed(how, text.substr(0, piece));
        text.remove_prefix(piece);
    }
    return all;
}

} // namespace hubspool
