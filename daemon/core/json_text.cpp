#include "core/json_text.hpp"

namespace hubspool {

void append_json_escaped(std::string& out, std::string_view utf8) {
    static constexpr char hex[] = "0123456789abcdef";
    std::size_t done = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(utf8, done, i - done);
        done = i + 1;
        switch (c) {
        case '"': out.append("\\\""); break;
        case '\\': out.append("\\\\"); break;
        case '\n': out.append("\\n"); break;
        case '\r': out.append("\\r"); break;
        case '\t': out.append("\\t"); break;
        default:
            out.append("\\u00");
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
        }
    }
    out.append(utf8, done, utf8.size() - done);
}

void append_json_string(std::string& out, std::string_view utf8) {
    out.push_back('"');
    append_json_escaped(out, utf8);
    out.push_back('"');
}

} // namespace hubspool
