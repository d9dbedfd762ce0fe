#include "spool/unpacking/unpacker.hpp"

namespace hubspool {

packing packing_of(std::string_view beginning) {
    using namespace std::string_view_literals;
    if (beginning.starts_with("\x1f\x8b"sv)) return packing::gzip;
    if (beginning.starts_with("\x28\xb5\x2f\xfd"sv)) return packing::zstd;
    // A skippable frame of zstd: one of sixteen first bytes.
    const bool may_skip =
        !beginning.empty() && (static_cast<unsigned char>(beginning[0]) & 0xf0U) == 0x50U;
    if (may_skip && beginning.substr(1).starts_with("\x2a\x4d\x18"sv)) return packing::zstd;
    return packing::none;
}

std::string_view to_string(packing how) {
    switch (how) {
    case packing::none: break;
    case packing::gzip: return "gzip";
    case packing::zstd: return "zstd";
    }
    return "";
}

std::string_view suffix_of(packing how) {
    switch (how) {
    case packing::none: break;
    case packing::gzip: return ".gz";
    case packing::zstd: return ".zst";
    }
    return "";
}

std::unique_ptr<unpacker> make_unpacker(packing how) {
    switch (how) {
    case packing::none: break;
    case packing::gzip: return make_gzip_unpacker();
    case packing::zstd: return make_zstd_unpacker();
    }
    return nullptr;
}

} // namespace hubspool
