#include "core/records/change_json.hpp"

#include "core/json/json_fault.hpp"
#include "core/json/json_number.hpp"
#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"
#include "core/records/field_coding.hpp"
#include "core/records/json_value.hpp"
#include "core/records/known_fields.hpp"
#include "core/records/meant_field.hpp"
#include "core/records/object_id.hpp"
#include "core/records/plain_record.hpp"
#include "core/records/record_envelope.hpp"
#include "core/records/record_keys.hpp"

#include <algorithm>
#include <optional>
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
            // The key remembers its member, so a key that comes again needs no search.
            if (key.object == object_) {
                // RFC 8259 section 4 leaves equal keys open; most readers take the last, and so
                // does this one.
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
    const member* begin() const { return members_.data(); }
    const member* end() const { return members_.data() + count_; }

private:
    static constexpr std::size_t few = 32;
    std::vector<member> members_; // never made smaller
    std::size_t count_ = 0;
    std::uint64_t object_ = 0;
};

} // namespace

struct change_decoder::impl {
    explicit impl(decode_options o) : options(o) {}

    // Each gives false when the record is refused; `reason` then says why.
    bool parse(std::string_view text);
    bool read(decoded_block& block, decoded_record& record, carried_order& carried);
    bool read_object_id(text_arena& arena, slice& out);
    bool read_text_id(std::string_view id);
    bool refuse_missing_id();
    bool read_envelope(text_arena& arena, decoded_record& record, carried_order& carried);
    bool read_fields(decoded_block& block, slice& out);
    bool read_custom_properties(element value, decoded_block& block);
    bool read_custom_property(element value, std::size_t index, decoded_block& block);
    bool refuse_type(std::string_view where, const member& m);
    bool refuse_unknown(const known_key& key);
    void write_custom_property(const member& named, decoded_block& block);
    bool refuse(std::string_view what);
    void append_bad(std::string_view text, const decoded_record& record,
                    decoded_block& block) const;
    void append_refused(std::string_view text, decoded_record record, std::string_view refusal,
                        decoded_block& block);

    decode_options options;
    std::string shown(element value) const { return excerpt(value, json); }

    lossless_json json;

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

bool change_decoder::impl::read(decoded_block& block, decoded_record& record,
                                carried_order& carried) {
    // The id and the reference come first, so that a dead letter can name them whatever follows.
    return read_object_id(block.arena, record.object_id) &&
           read_envelope(block.arena, record, carried) && read_fields(block, record.fields);
}

bool change_decoder::impl::parse(std::string_view text) {
    element root;
    if (const auto error = json.parse(text, root)) {
        // simdjson names a class of errors only: our own finder says which word, and in which
        // column.
        const std::string fault = json_fault(text);
        return refuse("the record cannot be read: " +
                      (fault.empty() ? simdjson::error_message(error) : fault));
    }
    simdjson::dom::object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return refuse("the record is not a JSON object");
    if (record_members.collect(object, keys.fields)) return true;
    // Twice any other key is harmless. Two ids are not: one of two events would be changed by
    // chance.
    const auto ids = std::count_if(object.begin(), object.end(),
                                   [](const auto& m) { return m.key == "objectId"; });
    if (ids > 1)
        return refuse(
            "objectId stands twice in the record: it cannot be told which event is meant");
    return true;
}

bool change_decoder::impl::read_object_id(text_arena& arena, slice& out) {
    const member* const found = record_members.find(keys.object_id);
    if (!found) return refuse_missing_id();
    std::optional<std::string> digits;
    std::string_view id;
    if (found->value.is_string()) {
        id = found->value.get_string().value_unsafe();
        if (!read_text_id(id)) return false;
    } else {
        // A number is judged by its digits: 1e3 and 1000.0 are the id 1000, 1.5 and -0 are none.
        if (lossless_json::is_number(found->value))
            digits = integer_digits(json.number(found->value));
        if (!digits || digits->starts_with('-'))
            return refuse("objectId is neither a string nor an integer from 0 on: " +
                          shown(found->value));
        id = *digits;
    }
    // One object must have one key, in the set and in answers: leading zeros go.
    id = canonical_object_id(id);
    out = {static_cast<std::uint32_t>(arena.size()), static_cast<std::uint32_t>(id.size())};
    arena.append(id);
    return true;
}

bool change_decoder::impl::read_text_id(std::string_view id) {
    if (id.empty()) return refuse("objectId is empty");
    // Control characters are escaped in the reason, which is one line of a log.
    const std::string whole = '"' + std::string(id) + '"';
    if (has_white_space(id)) {
        std::string escaped;
        append_json_string(escaped, id);
        return refuse("objectId has white space or control characters in it: " + excerpt(escaped));
    }
    if (const std::string why = why_no_object_id(id); !why.empty())
        return refuse("objectId can be no id: " + excerpt(whole) + ' ' + why);
    return true;
}

bool change_decoder::impl::refuse_missing_id() {
    std::string what = "objectId is missing";
    // A key that somebody may have meant is named: a typing error is the usual cause.
    for (const member& m : record_members) {
        if (m.key == nullptr || !resembles_object_id(m.key->raw)) continue;
        return refuse(what + "; " + m.key->raw + " stands there");
    }
    return refuse(what);
}

bool change_decoder::impl::read_envelope(text_arena& arena, decoded_record& record,
                                         carried_order& carried) {
    const member* const found = record_members.find(keys.envelope);
    if (!found) return true;
    record_envelope said = hubspool::read_envelope(found->value, json);
    record.reference = {static_cast<std::uint32_t>(arena.size()),
                        static_cast<std::uint32_t>(said.id.size())};
    arena.append(said.id);
    // Behind the id, so that a dead letter names it.
    if (!said.fault.empty()) return refuse(said.fault);
    if (!said.order) {
        record.as_of = said.as_of;
        return true;
    }
    // Of an order and an as_of the older one counts: whoever repairs an as_of leaves the order.
    carried = {record.ordinal, *said.order, said.as_newest};
    if (said.as_of) carried.key.as_of = std::min(carried.key.as_of, *said.as_of);
    return true;
}

bool change_decoder::impl::read_fields(decoded_block& block, slice& out) {
    text_arena& arena = block.arena;
    const std::size_t begin = arena.size();
    for (const member& m : record_members) {
        // Members that came again, and those with a meaning of their own, are no fields.
        if (m.key == nullptr || m.key == &keys.object_id || m.key == &keys.envelope) continue;
        if (m.key == &keys.custom_properties) {
            if (!read_custom_properties(m.value, block)) return false;
            continue;
        }
        // Documented fields are held against their type here: HubSpot would refuse all inputs of
        // the batch.
        if (m.key->type) {
            if (!has_type(m.value, *m.key->type, json)) return refuse_type("", m);
        } else if (options.refuse_unknown_fields) {
            return refuse_unknown(*m.key);
        }
        // Header first, value behind it in place: nothing is copied twice.
        field_writer writer(arena, keys.fields.index_in(block, keys.block_number, *m.key));
        append_json(arena, m.value, json);
        writer.value_ends();
    }
    out = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(arena.size() - begin)};
    return true;
}

bool change_decoder::impl::refuse_unknown(const known_key& key) {
    const std::string_view meant = meant_field(key.raw);
    return refuse("the field \"" + key.raw + "\" is unknown" +
                  (meant.empty() ? "" : " (did you mean " + std::string(meant) + "?)") +
                  ", and records.unknown_fields is dead_letter");
}

bool change_decoder::impl::read_custom_properties(element list, decoded_block& block) {
    // Serialisers write null for a list that is not there.
    if (list.is_null()) return true;
    simdjson::dom::array properties;
    if (list.get_array().get(properties) != simdjson::SUCCESS)
        return refuse("customProperties is not an array: " + shown(list));
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
        return refuse(place() + " is not an object: " + shown(property));
    // Of equal attributes the last counts, as in the record itself.
    property_members.collect(object, keys.attributes);
    const member* const named = property_members.find(keys.name);
    if (!named) return refuse(place() + " has no name");
    if (!named->value.is_string() || named->value.get_string().value_unsafe().empty())
        return refuse(place() +
                      ".name is not a string with something in it: " + shown(named->value));
    // The value is what the property is for; without one HubSpot refuses the request.
    if (!property_members.find(keys.value))
        return refuse(place() + " (" + shown(named->value) + ") has no value");
    // All attributes are checked before anything is written: a refusal leaves the block as it was.
    for (const member& m : property_members) {
        if (m.key == nullptr || m.key == &keys.name) continue;
        if (m.key->type) {
            if (!has_type(m.value, *m.key->type, json)) return refuse_type(place() + ".", m);
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
        // The name is the field's key and is written from there, so it is left out of the value.
        if (m.key == nullptr || m.key == &keys.name) continue;
        // records.custom_properties: name_value asks for nothing but the value.
        if (options.name_value_only && m.key != &keys.value) continue;
        if (!std::exchange(first, false)) arena.push_back(',');
        arena.append_quoted(m.key->escaped);
        arena.push_back(':');
        append_json(arena, m.value, json);
    }
    arena.push_back('}');
    writer.value_ends();
}

bool change_decoder::impl::refuse_type(std::string_view where, const member& m) {
    std::string what(where);
    what.append(m.key->raw).append(" is not ").append(described(*m.key->type));
    what.append(": ").append(shown(m.value));
    if (*m.key->type == value_type::date_time) what.append("; write it as 2026-11-23T22:00:00Z");
    return refuse(what);
}

void change_decoder::impl::append_bad(std::string_view text, const decoded_record& record,
                                      decoded_block& block) const {
    // Content is cut, id and reference are whole: they are what a person searches for.
    block.bad.push_back({record.offset, text.size(), record.ordinal, 1, record.line, reason,
                         std::string(text.substr(0, bad_content_bytes_max)),
                         std::string(block.text(record.object_id)),
                         std::string(block.text(record.reference)), record.as_of});
}

void change_decoder::impl::append_refused(std::string_view text, decoded_record record,
                                          std::string_view refusal, decoded_block& block) {
    keys.begin(block);
    const std::size_t arena_size = block.arena.size();
    carried_order carried;
    if (parse(text) && read_object_id(block.arena, record.object_id))
        (void)read_envelope(block.arena, record, carried);
    reason = refusal;
    append_bad(text, record, block);
    block.arena.truncate(arena_size);
}

change_decoder::change_decoder(decode_options options) : impl_(std::make_unique<impl>(options)) {
}

change_decoder::~change_decoder() = default;

void change_decoder::decode(std::string_view text, std::uint64_t offset, std::uint64_t ordinal,
                            std::uint64_t line, decoded_block& block, std::string_view refusal) {
    if (!refusal.empty())
        impl_->append_refused(text, {offset, ordinal, line, {}, {}, {}}, refusal, block);
    else if (!decode_if_object(text, offset, ordinal, line, block))
        impl_->append_bad(text, {offset, ordinal, line, {}, {}, {}}, block);
}

bool change_decoder::decode_if_object(std::string_view text, std::uint64_t offset,
                                      std::uint64_t ordinal, std::uint64_t line,
                                      decoded_block& block) {
    impl_->keys.begin(block);
    decoded_record record{offset, ordinal, line, {}, {}, {}};
    // Nearly all records are plain. What is refused here may still be good: the tree decides.
    if (impl_->plain.read(text, block, record)) {
        block.records.push_back(record);
        return true;
    }
    // No tree: nothing was appended, and the caller knows what the piece is.
    if (!impl_->parse(text)) return false;
    block.lone_surrogates += impl_->json.lone_surrogates();
    const std::size_t arena_size = block.arena.size();
    carried_order carried;
    const bool is_good = impl_->read(block, record, carried);
    // A bad one has its key, too: it may be repaired.
    if (carried.key.number > 0) block.carried.push_back(carried);
    if (is_good) {
        block.with_as_of += record.as_of ? 1 : 0;
        block.records.push_back(record);
    } else {
        // What was written of a refused record is taken back, but only after the reason has quoted
        // it.
        impl_->append_bad(text, record, block);
        block.arena.truncate(arena_size);
    }
    return true;
}

} // namespace hubspool
