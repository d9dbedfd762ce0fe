// Writes JSON, for what people and scripts read: status, --json, reports.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace hubspool {

// The caller keeps the order of calls sensible; commas are put where they belong.
class json_writer {
public:
    json_writer& begin_object() { return open('{'); }
    json_writer& end_object() { return close('}'); }
    json_writer& begin_array() { return open('['); }
    json_writer& end_array() { return close(']'); }
    json_writer& key(std::string_view name);
    json_writer& value(std::string_view text);
    json_writer& value(const char* text) { return value(std::string_view(text)); }
    json_writer& value(const std::string& text) { return value(std::string_view(text)); }
    json_writer& value(bool b) { return raw(b ? "true" : "false"); }
    json_writer& value(double number);
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
    json_writer& value(Integer number) {
        return raw(std::to_string(number));
    }
    json_writer& null() { return raw("null"); }
    // Text that is JSON already.
    json_writer& raw(std::string_view json);

    const std::string& text() const { return text_; }

private:
    json_writer& open(char bracket);
    json_writer& close(char bracket);
    void comma();

    std::string text_;
    bool first_ = true; // nothing stands before in the innermost bracket, or a key was just written
};

} // namespace hubspool
