// The head of an HTTP/1.1 request, as much of it as the stand-in needs. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool::simulator {

struct http_head {
    std::string_view method;
    std::string_view target;
    std::string_view token; // of Authorization: Bearer
    std::optional<std::uint64_t> content_length;
    std::size_t bytes = 0; // with the empty line
};

// Nothing when the empty line has not come yet. A head that cannot be read has no method.
std::optional<http_head> parse_head(std::string_view received);

} // namespace hubspool::simulator
