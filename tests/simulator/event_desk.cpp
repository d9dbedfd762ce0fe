#include "simulator/event_desk.hpp"

#include "core/records/known_fields.hpp"
#include "core/words/iso_instant.hpp"
#include "simulator/json_output.hpp"

#include <boost/url/url_view.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace hubspool::simulator {

namespace {

std::string in_utc(std::string_view json) {
    const auto at = iso_instant(json.substr(1, json.size() - 2));
    if (!at) return std::string(json);
    const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(*at)};
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(moment - day);
    return fmt::format("\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z\"", int(date.year()),
                       unsigned(date.month()), unsigned(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

void append_field(std::string& out, const field_name& name, std::string_view json) {
    const auto type = type_of(input_fields, name.text);
    if (!type || json == "null") return;
    append_string(out += ',', name.text);
    out += ':';
    out += *type == value_type::date_time ? in_utc(json) : std::string(json);
}

void append_property(std::string& out, const field_name& name, std::string_view json) {
    if (json == "null") return;
    out += out.ends_with('[') ? "{\"name\":" : ",{\"name\":";
    append_string(out, name.text);
    out += ",\"value\":";
    const bool is_text = json.starts_with('"');
    out += is_text ? std::string(json) : fmt::format("\"{}\"", json);
    out += '}';
}

} // namespace

std::optional<std::string_view> event_in(std::string_view target) {
    constexpr std::string_view old_form = "/marketing/v3/marketing-events/";
    constexpr std::string_view dated_form = "/marketing/marketing-events/";
    if (target.starts_with(old_form)) {
        target.remove_prefix(old_form.size());
    } else if (target.starts_with(dated_form)) {
        target.remove_prefix(dated_form.size());
        target.remove_prefix(std::min(target.find('/'), target.size() - 1) + 1);
    } else {
        return std::nullopt;
    }
    if (target.empty() || target.find('/') != std::string_view::npos) return std::nullopt;
    return target;
}

std::optional<list_request> event_list_in(std::string_view target) {
    constexpr std::string_view form = "/marketing/marketing-events/";
    if (!target.starts_with(form)) return std::nullopt;
    const boost::urls::url_view asked(target);
    if (asked.segments().size() != 3) return std::nullopt;
    list_request list;
    for (const auto& [name, value, has_value] : asked.params())
        if (std::size_t number = 0;
            std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc())
            (name == "after" ? list.after : list.limit) = number;
    return list;
}

std::string event_json(const object_state& object, const field_names& names,
                       std::string_view updated_at) {
    std::string out = "{\"objectId\":";
    append_string(out, object.id);
    bool named = false;
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (name.custom) return;
        append_field(out, name, value);
        named = named || (name.text == "eventName" && value != "null");
    });
    if (!named) out += ",\"eventName\":\"\"";
    out += ",\"customProperties\":[";
    object.fields().for_each(names, [&](const field_name& name, std::string_view value) {
        if (name.custom) append_property(out, name, value);
    });
    return out + fmt::format("],\"createdAt\":\"2026-01-01T00:00:00.000Z\",\"updatedAt\":\"{}\"}}",
                             updated_at);
}

} // namespace hubspool::simulator
