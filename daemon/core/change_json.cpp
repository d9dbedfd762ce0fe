#include "core/change_json.hpp"

#include "core/field_set.hpp"
#include "core/json_text.hpp"
#include "core/json_value.hpp"
#include "core/known_fields.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <vector>

namespace hubspool {

namespace {

using simdjson::dom::element;

struct member {
    std::string_view key;
    element value;
    std::size_t place = 0;
};

std::string_view describe_syntax(simdjson::error_code error) {
    switch (error) {
    case simdjson::DEPTH_ERROR: return "it is nested more than 1,024 levels deep";
    case simdjson::STRING_ERROR: return "a string in it has a wrong escape sequence";
    case simdjson::UTF8_ERROR: return "it is not valid UTF-8";
    case simdjson::NUMBER_ERROR:
        return "a number in it is malformed, or lies outside int64, uint64 and double";
    case simdjson::UNESCAPED_CHARS:
        return "a string in it holds a control character that must be escaped";
    default: return "it is not valid JSON";
    }
}

// Of equal keys the last stays; the order of what stays is kept.
void keep_last(std::vector<member>& members) {
    // Few are compared in place; many must not cost their square.
    constexpr std::size_t few = 24;
    if (members.size() <= few) {
        const auto repeated = [&](const member& m) {
            return std::any_of(members.begin() + static_cast<std::ptrdiff_t>(m.place) + 1,
                               members.end(), [&](const member& l) { return l.key == m.key; });
        };
        if (std::none_of(members.begin(), members.end(), repeated)) return;
    }
    std::sort(members.begin(), members.end(), [](const member& a, const member& b) {
        return a.key != b.key ? a.key < b.key : a.place > b.place;
    });
    const auto same_key = [](const member& a, const member& b) { return a.key == b.key; };
    members.erase(std::unique(members.begin(), members.end(), same_key), members.end());
    std::sort(members.begin(), members.end(),
              [](const member& a, const member& b) { return a.place < b.place; });
}

// False when no key stands twice, told by one bit a key; so true may be wrong.
bool collect(simdjson::dom::object object, std::vector<member>& members) {
    members.clear();
    std::uint64_t seen = 0;
    bool repeats = false;
    for (const auto [key, value] : object) {
        const std::size_t ends = key.empty() ? 0U
                                             : static_cast<unsigned char>(key.front()) * 5U +
                                                   static_cast<unsigned char>(key.back()) * 11U;
        const std::uint64_t bit = std::uint64_t{1} << ((key.size() * 7 + ends) % 64);
        repeats = repeats || (seen & bit) != 0;
        seen |= bit;
        members.push_back({key, value, members.size()});
    }
    return repeats;
}

const member* find(const std::vector<member>& members, std::string_view key) {
    const auto at =
        std::find_if(members.begin(), members.end(), [&](const member& m) { return m.key == key; });
    return at == members.end() ? nullptr : &*at;
}

// Whether the value of the record's member `place` does: the parser reads -0 as 0.
bool begins_with_minus(std::string_view record, std::size_t place) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const char c = record[i];
        if (quoted) {
            if (c == '\\') ++i;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == ':' && depth == 1 && place-- == 0) {
            const std::size_t value = record.find_first_not_of(" \t\r\n", i + 1);
            return value != std::string_view::npos && record[value] == '-';
        }
    }
    return false;
}

} // namespace

struct change_decoder::impl {
    explicit impl(decode_options o) : options(o) {}

    // Each gives false when the record is refused; `reason` then says why.
    bool parse(std::string_view text);
    bool read(std::string_view text, text_arena& arena, decoded_record& record);
    bool read_object_id(std::string_view text, text_arena& arena, slice& out);
    bool read_envelope(text_arena& arena, slice& out);
    bool read_fields(text_arena& arena, slice& out);
    bool read_custom_properties(element value, text_arena& arena);
    bool read_custom_property(element value, std::size_t index, text_arena& arena);
    bool check(std::string_view where, const member& m, value_type type);
    void write_custom_property(const member& name, text_arena& arena) const;
    bool refuse(std::string_view what);
    void append_bad(std::string_view text, const decoded_record& record,
                    decoded_block& block) const;

    decode_options options;
    simdjson::dom::parser parser;
    std::string padded; // the record, with the room behind it that the parser reads
    // Scratch, kept for its capacity.
    std::vector<member> members;
    std::vector<member> attributes;
    std::string reason;
};

bool change_decoder::impl::refuse(std::string_view what) {
    reason = what;
    return false;
}

bool change_decoder::impl::read(std::string_view text, text_arena& arena, decoded_record& record) {
    // The id and the reference first, so that a dead letter can name them.
    return read_object_id(text, arena, record.object_id) &&
           read_envelope(arena, record.reference) && read_fields(arena, record.fields);
}

bool change_decoder::impl::parse(std::string_view text) {
    if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING)
        padded.resize(std::max(2 * padded.size(), text.size() + simdjson::SIMDJSON_PADDING));
    std::memcpy(padded.data(), text.data(), text.size());
    element root;
    if (const auto error = parser.parse(padded.data(), text.size(), false).get(root)) {
        if (error == simdjson::MEMALLOC) throw std::bad_alloc();
        return refuse(std::string("the record cannot be read: ").append(describe_syntax(error)));
    }
    simdjson::dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return refuse("the record is not a JSON object");
    if (!collect(object, members)) return true;
    const auto is_id = [](const member& m) { return m.key == "objectId"; };
    if (std::count_if(members.begin(), members.end(), is_id) > 1)
        return refuse(
            "objectId stands twice in the record: it cannot be told which event is meant");
    keep_last(members);
    return true;
}

bool change_decoder::impl::read_object_id(std::string_view text, text_arena& arena, slice& out) {
    const member* const found = find(members, "objectId");
    if (!found) return refuse("objectId is missing");
    char digits[24];
    std::string_view id;
    if (found->value.is_string()) {
        id = found->value.get_string().value_unsafe();
        if (id.empty()) return refuse("objectId is empty");
        if (has_white_space(id))
            return refuse("objectId has white space or control characters in it: " +
                          excerpt(found->value));
    } else if (found->value.is<std::uint64_t>()) {
        const std::uint64_t number = found->value.get_uint64().value_unsafe();
        if (number == 0 && begins_with_minus(text, found->place))
            return refuse("objectId is neither a string nor an integer from 0 to 2^64-1: -0");
        const auto end = std::to_chars(digits, digits + sizeof digits, number);
        id = {digits, static_cast<std::size_t>(end.ptr - digits)};
    } else {
        return refuse("objectId is neither a string nor an integer from 0 to 2^64-1: " +
                      excerpt(found->value));
    }
    id = canonical_object_id(id);
    out = {static_cast<std::uint32_t>(arena.size()), static_cast<std::uint32_t>(id.size())};
    arena.append(id);
    return true;
}

bool change_decoder::impl::read_envelope(text_arena& arena, slice& out) {
    const member* const found = find(members, "$hubspool");
    if (!found) return true;
    simdjson::dom::object envelope;
    if (found->value.get_object().get(envelope) != simdjson::SUCCESS)
        return refuse("$hubspool is not an object: " + excerpt(found->value));
    std::string_view id;
    for (const auto [key, content] : envelope) {
        if (key != "id")
            return refuse("$hubspool has the key \"" + std::string(key) +
                          "\": all its keys but \"id\" are reserved");
        if (!content.is_string())
            return refuse("$hubspool.id is not a string: " + excerpt(content));
        id = content.get_string().value_unsafe();
    }
    out = {static_cast<std::uint32_t>(arena.size()), static_cast<std::uint32_t>(id.size())};
    arena.append(id);
    return true;
}

bool change_decoder::impl::read_fields(text_arena& arena, slice& out) {
    const std::size_t begin = arena.size();
    for (const member& m : members) {
        if (m.key == "objectId" || m.key == "$hubspool") continue;
        if (m.key == "customProperties") {
            if (!read_custom_properties(m.value, arena)) return false;
            continue;
        }
        if (const auto type = type_of(input_fields, m.key)) {
            if (!check("", m, *type)) return false;
        } else if (options.refuse_unknown_fields) {
            return refuse("the field \"" + std::string(m.key) +
                          "\" is unknown, and records.unknown_fields is dead_letter");
        }
        field_writer writer(arena, field_kind::property);
        append_json_escaped(arena, m.key);
        writer.name_ends();
        append_json(arena, m.value);
        writer.value_ends();
    }
    out = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(arena.size() - begin)};
    return true;
}

bool change_decoder::impl::read_custom_properties(element list, text_arena& arena) {
    // Serialisers write null for a list that is not there.
    if (list.is_null()) return true;
    simdjson::dom::array properties;
    if (list.get_array().get(properties) != simdjson::SUCCESS)
        return refuse("customProperties is not an array: " + excerpt(list));
    std::size_t index = 0;
    for (const element property : properties) {
        if (!read_custom_property(property, index++, arena)) return false;
    }
    return true;
}

bool change_decoder::impl::read_custom_property(element property, std::size_t index,
                                                text_arena& arena) {
    const auto place = [&] { return "customProperties[" + std::to_string(index) + "]"; };
    simdjson::dom::object object;
    if (property.get_object().get(object) != simdjson::SUCCESS)
        return refuse(place() + " is not an object: " + excerpt(property));
    if (collect(object, attributes)) keep_last(attributes);
    const member* const named = find(attributes, "name");
    if (!named) return refuse(place() + " has no name");
    if (!named->value.is_string() || named->value.get_string().value_unsafe().empty())
        return refuse(place() +
                      ".name is not a string with something in it: " + excerpt(named->value));
    if (!find(attributes, "value"))
        return refuse(place() + " (" + excerpt(named->value) + ") has no value");
    for (const member& m : attributes) {
        if (&m == named) continue;
        if (const auto type = type_of(property_value_attributes, m.key)) {
            if (!has_type(m.value, *type)) return check(place() + ".", m, *type);
        } else if (options.refuse_unknown_fields) {
            return refuse(place() + " has the unknown attribute \"" + std::string(m.key) +
                          "\", and records.unknown_fields is dead_letter");
        }
    }
    write_custom_property(*named, arena);
    return true;
}

void change_decoder::impl::write_custom_property(const member& named, text_arena& arena) const {
    field_writer writer(arena, field_kind::custom);
    append_json_escaped(arena, named.value.get_string().value_unsafe());
    writer.name_ends();
    char separator = '{';
    for (const member& m : attributes) {
        if (options.name_value_only && m.key != "name" && m.key != "value") continue;
        arena.push_back(separator);
        append_json_string(arena, m.key);
        arena.push_back(':');
        append_json(arena, m.value);
        separator = ',';
    }
    arena.push_back('}');
    writer.value_ends();
}

bool change_decoder::impl::check(std::string_view where, const member& m, value_type type) {
    if (has_type(m.value, type)) return true;
    std::string what(where);
    what.append(m.key).append(" is not ").append(described(type));
    what.append(": ").append(excerpt(m.value));
    if (type == value_type::date_time) what.append("; write it as 2026-11-23T22:00:00Z");
    return refuse(what);
}

void change_decoder::impl::append_bad(std::string_view text, const decoded_record& record,
                                      decoded_block& block) const {
    block.bad.push_back({record.offset, text.size(), record.ordinal, 1, record.line, reason,
                         std::string(text.substr(0, bad_content_bytes_max)),
                         std::string(block.text(record.object_id)),
                         std::string(block.text(record.reference))});
}

change_decoder::change_decoder(decode_options options) : impl_(std::make_unique<impl>(options)) {
}

change_decoder::~change_decoder() = default;

void change_decoder::decode(std::string_view text, std::uint64_t offset, std::uint64_t ordinal,
                            std::uint64_t line, decoded_block& block) {
    if (!decode_if_object(text, offset, ordinal, line, block))
        impl_->append_bad(text, {offset, ordinal, line, {}, {}, {}}, block);
}

bool change_decoder::decode_if_object(std::string_view text, std::uint64_t offset,
                                      std::uint64_t ordinal, std::uint64_t line,
                                      decoded_block& block) {
    if (!impl_->parse(text)) return false;
    decoded_record record{offset, ordinal, line, {}, {}, {}};
    const std::size_t arena_size = block.arena.size();
    if (impl_->read(text, block.arena, record)) {
        block.records.push_back(record);
    } else {
        impl_->append_bad(text, record, block);
        block.arena.truncate(arena_size);
    }
    return true;
}

std::string change_decoder::kernel() {
    return simdjson::get_active_implementation()->name();
}

} // namespace hubspool
