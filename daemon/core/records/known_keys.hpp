// What a decoder knows of the keys it meets: the same few come a million times.
//
// Bounded: keys beyond the limits are known until the record ends. One thread.
#pragma once

#include "core/records/decoded_block.hpp"
#include "core/records/known_fields.hpp"
#include "core/words/short_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace hubspool {

struct known_key {
    std::string raw;                // as the parser gives it
    std::string escaped;            // as it is written between quotes
    std::optional<value_type> type; // if HubSpot documents it

    // Of the object at hand: which of its members was the last with this key.
    std::uint64_t object = 0;
    std::size_t member = 0;
    std::uint64_t seen_in = 0; // the object in which core/plain_record met it last
    // Of the block at hand: its place among the block's keys.
    std::uint64_t block = 0;
    std::uint32_t index = 0;
};

class known_keys {
public:
    // `type_of` tells the documented type of a key.
    using typing = std::optional<value_type> (*)(std::string_view);
    known_keys(field_kind kind, typing type_of) : kind_(kind), type_of_(type_of) {}

    // Forgets what is beyond the limits: before a record.
    void begin_record() {
        if (!passing_.empty()) passing_.clear();
    }
    // Stays where it is until the next begin_record(); for good if it was found before any record.
    [[gnu::always_inline]] known_key& find(std::string_view raw) {
        const text_ends ends(raw);
        const recent_key& recent = recent_[ends.hash() % recent_.size()];
        const bool same = recent.ends == ends && recent.size == raw.size();
        if (same && (raw.size() <= text_ends::covered || recent.key->raw == raw))
            return *recent.key;
        return look_up(raw, ends);
    }
    // The key's place in the block's list; `block_number` tells blocks apart.
    std::uint32_t index_in(decoded_block& block, std::uint64_t block_number, known_key& key) {
        if (key.block != block_number) add_to(block, block_number, key);
        return key.index;
    }

private:
    using keys = std::unordered_map<std::string_view, std::unique_ptr<known_key>>;
    static constexpr std::size_t keys_max = 4096;
    static constexpr std::size_t key_bytes_max = 256;

    struct recent_key {
        text_ends ends;
        std::size_t size = SIZE_MAX;
        known_key* key = nullptr;
    };

    known_key& look_up(std::string_view raw, const text_ends& ends);
    void add_to(decoded_block& block, std::uint64_t block_number, known_key& key);

    field_kind kind_;
    typing type_of_;
    std::array<recent_key, 64> recent_;
    keys known_;   // their keys are views into what they hold
    keys passing_; // of the record at hand
};

} // namespace hubspool
