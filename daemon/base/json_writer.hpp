// Writes JSON, for what people and scripts read: status, --json, reports, dead letters, the log.
// Whatever goes in, a strict parser takes what comes out.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
    json_writer& value(bool b) { return put(b ? "true" : "false"); }
    // null when it is no number: JSON has no word for infinity.
    json_writer& value(double number);
    template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
    json_writer& value(Integer number) {
        return put(std::to_string(number));
    }
    json_writer& null() { return put("null"); }
    template <class Value>
    json_writer& value_or_null(const std::optional<Value>& known) {
        return known ? value(*known) : null();
    }
    // What another process wrote as JSON: null when it is no JSON object.
    json_writer& object(std::string_view json);

    const std::string& text() const { return text_; }
    // What was written since the last time; writing goes on behind it.
    std::string take() { return std::exchange(text_, {}); }

private:
    json_writer& open(char bracket);
    json_writer& close(char bracket);
    json_writer& put(std::string_view json);
    void comma();

    std::string text_;
    bool first_ = true; // nothing stands before in the innermost bracket, or a key was just written
};

} // namespace hubspool
