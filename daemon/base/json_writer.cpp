#include "base/json_writer.hpp"

#include "core/json/json_lookup.hpp"
#include "core/json/json_text.hpp"

#include <fmt/core.h>

#include <cmath>

namespace hubspool {

json_writer& json_writer::key(std::string_view name) {
    comma();
    append_json_string(text_, name);
    text_.push_back(':');
    // What follows a key is its value: no comma before it.
    first_ = true;
    return *this;
}

json_writer& json_writer::value(std::string_view text) {
    comma();
    append_json_string(text_, text);
    return *this;
}

json_writer& json_writer::value(double number) {
    // RFC 8259 section 6 has neither NaN nor infinity.
    return put(std::isfinite(number) ? fmt::format("{}", number) : "null");
}

json_writer& json_writer::object(std::string_view json) {
    // What another process wrote may be torn; a reader of ours must not break over it.
    return put(is_json_object(json) ? json : "null");
}

json_writer& json_writer::put(std::string_view json) {
    comma();
    text_.append(json);
    return *this;
}

json_writer& json_writer::open(char bracket) {
    comma();
    text_.push_back(bracket);
    first_ = true;
    return *this;
}

json_writer& json_writer::close(char bracket) {
    text_.push_back(bracket);
    first_ = false;
    return *this;
}

void json_writer::comma() {
    // Nothing was written in this bracket yet, or a key waits for its value.
    if (!first_) text_.push_back(',');
    first_ = false;
}

} // namespace hubspool
