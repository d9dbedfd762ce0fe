#include "core/records/plain_record.hpp"

#include "core/json/json_tokens.hpp"
#include "core/records/field_coding.hpp"
#include "core/records/object_id.hpp"
#include "core/words/date_time.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace hubspool {

namespace {

// Whether it surely is of that type.
[[gnu::always_inline]] inline bool has_type(const json_token& t, value_type type) {
    constexpr std::size_t int32_digits = 9; // that no number goes beyond
    // As by way of the tree, null has every type.
    if (t.kind == token_kind::null) return true;
    switch (type) {
    case value_type::text: return t.kind == token_kind::text;
    case value_type::boolean: return t.kind == token_kind::boolean;
    case value_type::date_time: return t.kind == token_kind::text && is_date_time(t.inside());
    case value_type::int64: return t.kind == token_kind::integer;
    case value_type::int32: return t.kind == token_kind::integer && t.json.size() <= int32_digits;
    // Nested values are left to the tree.
    case value_type::int64_list:
    case value_type::masked_substrings: return false;
    case value_type::scalar: return true;
    }
    return false;
}

char* put(char* out, std::string_view text) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

} // namespace

// Goes through the tokens of one record. Each step is false as soon as something is not plain. Its
// steps are inlined by force: else a record takes a quarter longer.
class plain_record::cursor {
public:
    cursor(plain_record& decoder, std::string_view text, decoded_block& block)
        : decoder_(decoder), keys_(decoder.keys_), block_(block), tokens_(decoder.parser_, text) {
        // Room is taken once for the worst case, so that nothing is checked while writing. A field
        // is four tokens at least, and takes a header beside its texts.
        constexpr std::size_t tokens_a_field = 4;
        out_ =
            block.arena.room(text.size() + tokens_.left() / tokens_a_field * sizeof(coded_header) +
                             sizeof(coded_header));
    }

    bool read() {
        // json_tokens::find() saw a closing brace at the end: so a token is here, and one more
        // behind a brace that opens.
        if (tokens_.take() != '{') return false;
        record_ = ++decoder_.object_;
        while (true) {
            known_key* const key = take_key(keys_.fields, record_);
            // "$hubspool" is rare and has rules of its own: it is left to the tree.
            if (key == nullptr || key == &keys_.envelope || !take_member(*key)) return false;
            const char after = tokens_.take();
            // Something behind the object, or no id: the tree has the words for both.
            if (after == '}') return tokens_.is_at_end() && !id_.empty();
            if (after != ',') return false;
        }
    }
    // After read().
    void finish(decoded_record& record) {
        text_arena& arena = block_.arena;
        // The fields stand where they were written; only now the arena learns of them. The id
        // follows, since it was found somewhere among them.
        const auto begin = static_cast<std::uint32_t>(arena.size());
        arena.took(out_);
        const auto end = static_cast<std::uint32_t>(arena.size());
        arena.append(id_);
        record.fields = {begin, end - begin};
        record.object_id = {end, static_cast<std::uint32_t>(id_.size())};
        record.reference = {};
    }

private:
    [[gnu::always_inline]] known_key* take_key(known_keys& keys, std::uint64_t object) {
        std::string_view name;
        if (!tokens_.take_name(name)) return nullptr;
        known_key& key = keys.find(name);
        // A key that stands twice needs the rule for equal keys, which the tree has.
        if (key.seen_in == object) return nullptr;
        key.seen_in = object;
        return &key;
    }

    [[gnu::always_inline]] bool take_member(known_key& key) {
        if (&key == &keys_.custom_properties) return take_properties();
        json_token t;
        if (!tokens_.take_scalar(t)) return false;
        // The id is kept apart and written at the end: it is no field.
        if (&key == &keys_.object_id) return keep_id(t);
        if (!is_taken(key, t)) return false;
        // Room for the header is left; its size is known when the value is written.
        char* const header = out_;
        out_ = put(out_ + sizeof(coded_header), t.json);
        write_header(header, keys_.fields, key);
        return true;
    }

    bool keep_id(const json_token& t) {
        const bool is_text = t.kind == token_kind::text;
        // Integers only, and none with a minus sign: other numbers need their digits computed.
        if (!is_text && (t.kind != token_kind::integer || t.json.front() == '-')) return false;
        id_ = is_text ? t.inside() : t.json;
        if (!is_usual_object_id(id_)) return false;
        id_ = canonical_object_id(id_);
        return true;
    }

    bool is_taken(const known_key& key, const json_token& t) const {
        return key.type ? has_type(t, *key.type) : !decoder_.options_.refuse_unknown_fields;
    }

    bool take_properties() {
        // null for a list that is not there, as by way of the tree.
        if (tokens_.head() != '[') {
            json_token t;
            return tokens_.take_scalar(t) && t.kind == token_kind::null;
        }
        tokens_.take();
        if (tokens_.head() == ']') return tokens_.take() == ']';
        while (true) {
            // Behind a property the text may end: then no token may be taken any more.
            if (!take_property() || tokens_.is_at_end()) return false;
            const char after = tokens_.take();
            if (after == ']') return true;
            if (after != ',') return false;
        }
    }

    bool take_property() {
        if (tokens_.take() != '{') return false;
        // The property's name may come last, so the header is written when all is read.
        char* const header = out_;
        out_ += sizeof(coded_header);
        const char* const attributes = out_;
        const std::uint64_t property = ++decoder_.object_;
        known_key* named = nullptr;
        for (char after = ','; after != '}'; after = tokens_.take()) {
            if (after != ',') return false;
            const known_key* const key = take_key(keys_.attributes, property);
            json_token t;
            if (key == nullptr || !tokens_.take_scalar(t)) return false;
            // The name is the field's key; like the tree, this writes only what stands beside it.
            if (key == &keys_.name) {
                if (t.kind != token_kind::text || t.inside().empty()) return false;
                named = &keys_.names.find(t.inside());
            } else if (!take_attribute(*key, t, out_ == attributes)) {
                return false;
            }
        }
        // Without a name or a value it is refused, with the words of the tree.
        if (named == nullptr || keys_.value.seen_in != property) return false;
        *out_++ = '}';
        write_header(header, keys_.names, *named);
        return true;
    }

    bool take_attribute(const known_key& key, const json_token& t, bool is_first) {
        if (!is_taken(key, t)) return false;
        // What is left out by the setting is checked all the same: a wrong type is refused either
        // way.
        if (decoder_.options_.name_value_only && &key != &keys_.value) return true;
        if (!is_first) *out_++ = ',';
        *out_++ = '"';
        out_ = put(out_, key.raw); // in which nothing need be escaped
        *out_++ = '"';
        *out_++ = ':';
        out_ = put(out_, t.json);
        return true;
    }

    void write_header(char* header, known_keys& keys, known_key& key) {
        const auto size = static_cast<std::uint32_t>(static_cast<std::size_t>(out_ - header) -
                                                     sizeof(coded_header));
        const coded_header whole{keys.index_in(block_, keys_.block_number, key), size};
        std::memcpy(header, &whole, sizeof whole);
    }

    plain_record& decoder_;
    record_keys& keys_;
    decoded_block& block_;
    json_tokens tokens_;
    char* out_ = nullptr;
    std::uint64_t record_ = 0;
    std::string_view id_;
};

bool plain_record::read(std::string_view text, decoded_block& block, decoded_record& record) {
    if (!json_tokens::find(parser_, text)) return false;
    cursor at(*this, text, block);
    // Until here nothing was appended: a record that is not plain leaves the block as it was.
    if (!at.read()) return false;
    at.finish(record);
    return true;
}

} // namespace hubspool
