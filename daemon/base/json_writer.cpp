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
    first_ = true;
    return *this;
}

json_writer& json_writer::value(std::string_view text) {
    comma();
    append_json_string(text_, text);
    return *this;
}

json_writer& json_writer::value(double number) {
    return put(std::isfinite(number) ? fmt::format("{}", number) : "null");
}

json_writer& json_writer::object(std::string_view json) {
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
    if (!first_) text_.push_back(',');
    first_ = false;
}

} // namespace hubspool
