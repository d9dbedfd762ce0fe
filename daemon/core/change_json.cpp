#include "core/change_json.hpp"

#include "core/field_set.hpp"
#include "core/json_value.hpp"
#include "core/known_fields.hpp"
#include "core/plain_record.hpp"
#include "core/record_keys.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

using simdjson::dom::element;

struct member {
    known_key* key = nullptr; // nothing: a later member has the same
    element value;
};

// The members of one object. Of equal keys the last stays, in its place.
class member_list {
public:
    // False when a key stands in it twice.
    bool collect(simdjson::dom::object object, known_keys& keys) {
        count_ = 0;
        ++object_;
        bool once = true;
        for (const auto [name, value] : object) {
            known_key& key = keys.find(name);
            if (key.object == object_) {
                members_[key.member].key = nullptr;
                once = false;
            }
            key.object = object_;
            key.member = count_;
            if (count_ == members_.size()) members_.resize(2 * count_ + few);
            members_[count_++] = {&key, value};
        }
        return once;
    }
    const member* find(const known_key& key) const {
        return key.object == object_ ? &members_[key.member] : nullptr;
    }
    std::size_t place_of(const member& m) const {
        return static_cast<std::size_t>(&m - members_.data());
    }
    const member* begin() const { return members_.data(); }
    const member* end() const { return members_.data() + count_; }

private:
    static constexpr std::size_t few = 32;
    std::vector<member> members_; // never made smaller
    std::size_t count_ = 0;
    std::uint64_t object_ = 0;
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
    bool read(std::string_view text, decoded_block& block, decoded_record& record);
    bool read_object_id(std::string_view text, text_arena& arena, slice& out);
    bool read_envelope(text_arena& arena, slice& out);
    bool read_fields(decoded_block& block, slice& out);
    bool read_custom_properties(element value, decoded_block& block);
    bool read_custom_property(element value, std::size_t index, decoded_block& block);
    bool refuse_type(std::string_view where, const member& m);
    void write_custom_property(const member& named, decoded_block& block);
    bool refuse(std::string_view what);
    void append_bad(std::string_view text, const decoded_record& record,
                    decoded_block& block) const;

    decode_options options;
    simdjson::dom::parser parser;
    std::string padded; // the record, with the room behind it that the parser reads
    json_escapes escapes = json_escapes::possible;

    record_keys keys;
    plain_record plain{keys, options};
    member_list record_members;
    member_list property_members;
    std::string reason;
};

bool change_decoder::impl::refuse(std::string_view what) {
    reason = what;
    return false;
}

bool change_decoder::impl::read(std::string_view text, decoded_block& block,
                                decoded_record& record) {
    // The id and the reference first, so that a dead letter can name them.
    return read_object_id(text, block.arena, record.object_id) &&
           read_envelope(block.arena, record.reference) && read_fields(block, record.fields);
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
    // What needs an escape in JSON can only have come by one.
    escapes =
        text.find('\\') == std::string_view::npos ? json_escapes::none : json_escapes::possible;
    if (record_members.collect(object, keys.fields)) return true;
    const auto ids = std::count_if(object.begin(), object.end(),
                                   [](const auto& m) { return m.key == "objectId"; });
    if (ids > 1)
        return refuse(
            "objectId stands twice in the record: it cannot be told which event is meant");
    return true;
}

bool change_decoder::impl::read_object_id(std::string_view text, text_arena& arena, slice& out) {
    const member* const found = record_members.find(keys.object_id);
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
        if (number == 0 && begins_with_minus(text, record_members.place_of(*found)))
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
    const member* const found = record_members.find(keys.envelope);
    if (!found) return true;
    simdjson::dom::object members;
    if (found->value.get_object().get(members) != simdjson::SUCCESS)
        return refuse("$hubspool is not an object: " + excerpt(found->value));
    std::string_view id;
    for (const auto [key, content] : members) {
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

bool change_decoder::impl::read_fields(decoded_block& block, slice& out) {
    text_arena& arena = block.arena;
    const std::size_t begin = arena.size();
    for (const member& m : record_members) {
        if (m.key == nullptr || m.key == &keys.object_id || m.key == &keys.envelope) continue;
        if (m.key == &keys.custom_properties) {
            if (!read_custom_properties(m.value, block)) return false;
            continue;
        }
        if (m.key->type) {
            if (!has_type(m.value, *m.key->type)) return refuse_type("", m);
        } else if (options.refuse_unknown_fields) {
            return refuse("the field \"" + m.key->raw +
                          "\" is unknown, and records.unknown_fields is dead_letter");
        }
        field_writer writer(arena, keys.fields.index_in(block, keys.block_number, *m.key));
        append_json(arena, m.value, escapes);
        writer.value_ends();
    }
    out = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(arena.size() - begin)};
    return true;
}

bool change_decoder::impl::read_custom_properties(element list, decoded_block& block) {
    // Serialisers write null for a list that is not there.
    if (list.is_null()) return true;
    simdjson::dom::array properties;
    if (list.get_array().get(properties) != simdjson::SUCCESS)
        return refuse("customProperties is not an array: " + excerpt(list));
    std::size_t index = 0;
    for (const element property : properties) {
        if (!read_custom_property(property, index++, block)) return false;
    }
    return true;
}

bool change_decoder::impl::read_custom_property(element property, std::size_t index,
                                                decoded_block& block) {
    const auto place = [&] { return "customProperties[" + std::to_string(index) + "]"; };
    simdjson::dom::object object;
    if (property.get_object().get(object) != simdjson::SUCCESS)
        return refuse(place() + " is not an object: " + excerpt(property));
    property_members.collect(object, keys.attributes);
    const member* const named = property_members.find(keys.name);
    if (!named) return refuse(place() + " has no name");
    if (!named->value.is_string() || named->value.get_string().value_unsafe().empty())
        return refuse(place() +
                      ".name is not a string with something in it: " + excerpt(named->value));
    if (!property_members.find(keys.value))
        return refuse(place() + " (" + excerpt(named->value) + ") has no value");
    for (const member& m : property_members) {
        if (m.key == nullptr || m.key == &keys.name) continue;
        if (m.key->type) {
            if (!has_type(m.value, *m.key->type)) return refuse_type(place() + ".", m);
        } else if (options.refuse_unknown_fields) {
            return refuse(place() + " has the unknown attribute \"" + m.key->raw +
                          "\", and records.unknown_fields is dead_letter");
        }
    }
    write_custom_property(*named, block);
    return true;
}

void change_decoder::impl::write_custom_property(const member& named, decoded_block& block) {
    text_arena& arena = block.arena;
    known_key& key = keys.names.find(named.value.get_string().value_unsafe());
    field_writer writer(arena, keys.names.index_in(block, keys.block_number, key));
    bool first = true;
    for (const member& m : property_members) {
        if (m.key == nullptr || m.key == &keys.name) continue;
        if (options.name_value_only && m.key != &keys.value) continue;
        if (!std::exchange(first, false)) arena.push_back(',');
        arena.append_quoted(m.key->escaped);
        arena.push_back(':');
        append_json(arena, m.value, escapes);
    }
    arena.push_back('}');
    writer.value_ends();
}

bool change_decoder::impl::refuse_type(std::string_view where, const member& m) {
    std::string what(where);
    what.append(m.key->raw).append(" is not ").append(described(*m.key->type));
    what.append(": ").append(excerpt(m.value));
    if (*m.key->type == value_type::date_time) what.append("; write it as 2026-11-23T22:00:00Z");
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
    impl_->keys.begin(block);
    decoded_record record{offset, ordinal, line, {}, {}, {}};
    if (impl_->plain.read(text, block, record)) {
        block.records.push_back(record);
        return true;
    }
    if (!impl_->parse(text)) return false;
    const std::size_t arena_size = block.arena.size();
    if (impl_->read(text, block, record)) {
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
