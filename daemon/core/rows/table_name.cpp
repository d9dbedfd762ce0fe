#include "core/rows/table_name.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace hubspool {

std::optional<char> table_named(std::string_view file) {
    constexpr std::size_t looked_at = 16;
    std::string end(file.substr(file.size() - std::min(file.size(), looked_at)));
    std::ranges::transform(end, end.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const std::string_view packed : {".gz", ".gzip", ".zst", ".zstd"}) {
        if (!end.ends_with(packed)) continue;
        end.resize(end.size() - packed.size());
        break;
    }
    if (end.ends_with(".csv")) return '\0';
    if (end.ends_with(".tsv")) return '\t';
    return std::nullopt;
}

} // namespace hubspool
