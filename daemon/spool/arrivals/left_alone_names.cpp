#include "spool/arrivals/left_alone_names.hpp"

#include <algorithm>
#include <array>
#include <fnmatch.h>
#include <utility>

namespace hubspool {
namespace {

constexpr std::string_view own_patterns[] = {
    ".*", // hidden, as of rsync and of FTP servers
    // Uploads and downloads under way.
    "*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.download",
    "*.opdownload", "*.aria2", "*.inprogress", "*.in-progress", "*.incomplete", "*.upload",
    "*.uploading", "*.writing", "*.!ut", "*.!qB", "*.bc!", "*._COPYING_", "_temporary",
    // Of editors, and locks.
    "*~", "~$*", "#*#", "*.swp", "*.swo", "*.swx", "*.lock", "*.lck",
    // Markers and sums beside the data.
    "_SUCCESS", "_FAILURE", "_metadata", "_common_metadata", "_committed_*", "_started_*",
    "_delta_log", "_spark_metadata", "*.crc", "*.md5", "*.md5sum", "*.sha1", "*.sha1sum",
    "*.sha256", "*.sha256sum", "*.sha512", "*.sha512sum", "*.asc", "*.sig",
    // Of file managers on shares.
    "Thumbs.db", "desktop.ini"};

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

struct shape {
    std::string_view begin, end; // around the *
    bool whole = false;          // there is none: `begin` is the name
};

constexpr shape shape_of(std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    // Without a star the whole name has to fit.
    if (star == std::string_view::npos) return {pattern, {}, true};
    return {pattern.substr(0, star), pattern.substr(star + 1), false};
}

constexpr auto own_shapes = [] {
    std::array<shape, std::size(own_patterns)> shapes{};
    for (std::size_t i = 0; i < shapes.size(); ++i) shapes[i] = shape_of(own_patterns[i]);
    return shapes;
}();

// By its first and last character most names are known not to be of the list.
struct edges {
    std::array<bool, 256> first{}, last{};
};
constexpr edges own_edges = [] {
    edges found;
    for (const shape& pattern : own_shapes) {
        const bool by_end = pattern.begin.empty();
        const char c = lower(by_end ? pattern.end.back() : pattern.begin.front());
        (by_end ? found.last : found.first)[static_cast<unsigned char>(c)] = true;
    }
    return found;
}();

bool may_be_own(std::string_view name) {
    // Two look-ups rule out nearly every name before any pattern is tried.
    return !name.empty() && (own_edges.first[static_cast<unsigned char>(lower(name.front()))] ||
                             own_edges.last[static_cast<unsigned char>(lower(name.back()))]);
}

bool equal(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

bool fits(std::string_view name, const shape& pattern) {
    const std::size_t fixed = pattern.begin.size() + pattern.end.size();
    // The * is never for nothing: `~` alone is a name like any other.
    if (pattern.whole ? name.size() != fixed : name.size() <= fixed) return false;
    // The end is compared first: most patterns are extensions.
    return equal(name.substr(name.size() - pattern.end.size()), pattern.end) &&
           equal(name.substr(0, pattern.begin.size()), pattern.begin);
}

} // namespace

left_alone_names::left_alone_names(std::vector<std::string> more) : more_(std::move(more)) {
}

bool left_alone_names::contain(std::string_view name) const {
    // Our own list counts in both cases, the operator's patterns as they are written.
    if (may_be_own(name) && std::any_of(own_shapes.begin(), own_shapes.end(),
                                        [&](const shape& pattern) { return fits(name, pattern); }))
        return true;
    // fnmatch(3) wants a terminated text: made only if there are patterns.
    if (more_.empty()) return false;
    const std::string whole(name);
    return std::any_of(more_.begin(), more_.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), whole.c_str(), 0) == 0;
    });
}

std::span<const std::string_view> left_alone_names::own() {
    return own_patterns;
}

} // namespace hubspool
