// The white space of JSON (RFC 8259 section 2). Pure.
#pragma once

namespace hubspool {

constexpr bool is_json_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace hubspool
