#include "base/log_line.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "core/words/utf8.hpp"

#include <fmt/core.h>

namespace hubspool::log {
namespace {

std::string_view name_of(level l) {
    switch (l) {
    case level::debug: return "debug";
    case level::info: return "info";
    case level::warning: return "warning";
    case level::error: return "error";
    }
    return "error";
}

int journal_priority(level l) {
    switch (l) {
    case level::debug: return 7;
    case level::info: return 6;
    case level::warning: return 4;
    case level::error: return 3;
    }
    return 3;
}

// Cut to value_most at a whole character, each byte that is no UTF-8 written as \xNN.
std::string clean(std::string_view text) {
    std::string out;
    std::string_view rest = text;
    // Cut at a character: half a one would make the line invalid UTF-8.
    while (!rest.empty()) {
        const std::size_t length = utf8_size(rest);
        if (out.size() + (length == 0 ? 4 : length) > value_most)
            return out + fmt::format("...[{} bytes]", text.size());
        if (length == 0)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest[0]));
        else
            out.append(rest, 0, length);
        rest.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

bool is_control(unsigned char c) {
    return c < 0x20 || c == 0x7f;
}
// The second byte of U+0080 to U+009F, which some terminals obey.
bool is_c1(std::string_view text, std::size_t i) {
    return text[i] == '\xc2' && i + 1 < text.size() &&
           static_cast<unsigned char>(text[i + 1]) < 0xa0;
}

void append_text(std::string& out, std::string_view text, bool quoted) {
    // Whatever the text holds, the line stays one line, and no escape sequence reaches the
    // terminal.
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\r')
            out += "\\r";
        else if (is_control(c))
            out += fmt::format("\\x{:02x}", c);
        else if (is_c1(text, i))
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[++i]));
        else if (quoted && (c == '"' || c == '\\'))
            (out += '\\') += text[i];
        else
            out += text[i];
    }
}

bool needs_quotes(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (is_control(c) || is_c1(text, i) || c == ' ' || c == '"' || c == '=' || c == '\\')
            return true;
    }
    return false;
}

struct text_value {
    std::string& out;
    void operator()(std::int64_t v) const { out += fmt::format("{}", v); }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(double v) const { out += fmt::format("{}", v); }
    void operator()(std::string_view v) const {
        const std::string text = clean(v);
        // Quoted only where a reader of key=value would misread it.
        const bool quoted = needs_quotes(text);
        if (quoted) out += '"';
        append_text(out, text, quoted);
        if (quoted) out += '"';
    }
};

bool left_out(const field& f) {
    const auto* text = std::get_if<std::string_view>(&f.value);
    return text != nullptr && text->empty();
}

std::string text_line(std::string out, std::string_view message, std::span<const field> fields) {
    append_text(out, clean(message), false);
    for (const field& f : fields) {
        // An empty value tells nothing and lengthens the line.
        if (left_out(f)) continue;
        out += ' ';
        out += f.key;
        out += '=';
        std::visit(text_value{out}, f.value);
    }
    return out;
}

struct plain_value {
    std::string& out;
    void operator()(std::int64_t v) const { out += fmt::format("{}", v); }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(double v) const { out += fmt::format("{}", v); }
    void operator()(std::string_view v) const { append_text(out, clean(v), false); }
};

// journald takes capital letters, digits and '_'.
void append_native_key(std::string& out, std::string_view key) {
    out += record_mark;
    out += "HUBSPOOL_";
    for (const char c : key) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    out += '=';
}

std::string native_line(level severity, std::string_view message, std::span<const field> fields) {
    std::string out =
        fmt::format("{0}PRIORITY={1}{0}SYSLOG_IDENTIFIER=hubspool{0}MESSAGE=", record_mark,
                    journal_priority(severity));
    out = text_line(std::move(out), message, fields);
    for (const field& f : fields) {
        if (left_out(f)) continue;
        append_native_key(out, f.key);
        std::visit(plain_value{out}, f.value);
    }
    return out;
}

std::string json_line(wall_time at, level severity, std::string_view message,
                      std::span<const field> fields) {
    json_writer json;
    json.begin_object().key("time").value(iso_time(at)).key("level").value(name_of(severity));
    json.key("message").value(clean(message));
    for (const field& f : fields) {
        if (left_out(f)) continue;
        json.key(f.key);
        if (const auto* text = std::get_if<std::string_view>(&f.value)) {
            json.value(clean(*text));
        } else {
            std::visit([&](const auto& v) { json.value(v); }, f.value);
        }
    }
    json.end_object();
    return json.take();
}

} // namespace

std::string format_line(line_style style, wall_time at, level severity, std::string_view message,
                        std::span<const field> fields) {
    switch (style) {
    case line_style::text:
        return text_line(fmt::format("{} {:<5} ", iso_time(at), name_of(severity)), message,
                         fields);
    case line_style::journal:
        return text_line(fmt::format("<{}>", journal_priority(severity)), message, fields);
    case line_style::native: return native_line(severity, message, fields);
    case line_style::json: break;
    }
    return json_line(at, severity, message, fields);
}

std::string line_of_record(std::string_view record) {
    constexpr std::string_view priority = "PRIORITY=", message = "MESSAGE=";
    const std::size_t level_at = record.find(priority), text_at = record.find(message);
    if (level_at == std::string_view::npos || text_at == std::string_view::npos)
        return std::string(record);
    const std::string_view text = record.substr(text_at + message.size());
    return fmt::format("<{}>{}", record[level_at + priority.size()],
                       text.substr(0, text.find(record_mark)));
}

} // namespace hubspool::log
