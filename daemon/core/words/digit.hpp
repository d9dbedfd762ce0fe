// The ten digits of ASCII, whatever the locale. Pure.
#pragma once

namespace hubspool {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

} // namespace hubspool
